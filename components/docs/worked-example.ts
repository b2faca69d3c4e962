import {
  DEFAULT_SCENARIOS, exposureOf, recordTotals, stressOf, type DebtExposure, type StressResult,
} from "@/lib/risk";

/** MODEL.md section 2's check values, as they are published. */
interface Published {
  scenarioId: string;
  rate: number;
  interest: number;
  collateral: number;
  recovery: number;
  buffer: number;
  net: number;
  loss: number;
  score: number;
}

export const PUBLISHED: readonly Published[] = [
  { scenarioId: "interest_rate_spike", rate: 7.5, interest: 75_000, collateral: 712_500,
    recovery: 137_750, buffer: 20_000, net: 169_750, loss: 64_750, score: 0.06475 },
  { scenarioId: "market_crash", rate: 5.5, interest: 55_000, collateral: 562_500,
    recovery: 123_250, buffer: 50_000, net: 364_250, loss: 259_250, score: 0.25925 },
  { scenarioId: "default_wave", rate: 6, interest: 60_000, collateral: 675_000,
    recovery: 94_250, buffer: 80_000, net: 310_750, loss: 205_750, score: 0.20575 },
];
export const PUBLISHED_NET = 105_000;
export const PUBLISHED_RECOVERY_RATIO = 0.4142857142857143;

export interface WorkedExample {
  exposure: DebtExposure;
  stresses: StressResult[];
}

/** The portfolio of the check values, through the same library that every run uses. */
export function workedExample(): WorkedExample | null {
  const totals = recordTotals({
    record_kind: "portfolio",
    financial: {
      debt: { total_outstanding: 1_000_000, interest_rate_pct: 5, collateral_value: 750_000 },
      assets: { total: 2_000_000 },
    },
    distressed_assets: [
      { value: 200_000, recovery_rate_pct: 35 },
      { value: 150_000, recovery_rate_pct: 50 },
    ],
  });
  if (!totals.ok) return null;
  const exposure = exposureOf(totals.value.totals);
  return { exposure, stresses: DEFAULT_SCENARIOS.map((scenario) => stressOf(exposure, scenario)) };
}
