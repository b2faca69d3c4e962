import { DEFAULT_SCENARIOS } from "@/lib/risk";
import { scenarioName } from "@/lib/risk/scenario-name";
import { EXAMPLE, type ExposureName, type ShockName } from "./figures";
import type { Preset } from "./live";

/** MODEL.md section 2's check values, as they are published. */
const PUBLISHED = [
  { id: "interest_rate_spike", rate: 7.5, interest: 75_000, collateral: 712_500,
    recovery: 137_750, buffer: 20_000, net: 169_750, loss: 64_750, score: 0.06475 },
  { id: "market_crash", rate: 5.5, interest: 55_000, collateral: 562_500,
    recovery: 123_250, buffer: 50_000, net: 364_250, loss: 259_250, score: 0.25925 },
  { id: "default_wave", rate: 6, interest: 60_000, collateral: 675_000,
    recovery: 94_250, buffer: 80_000, net: 310_750, loss: 205_750, score: 0.20575 },
] as const;

/** From a fraction to the per cent that is typed; without the noise of a product. */
const perCent = (part: number): number => Number((part * 100).toFixed(6));

function caseOf(known: (typeof PUBLISHED)[number]): Preset<ExposureName | ShockName> {
  const scenario = DEFAULT_SCENARIOS.find((one) => one.scenario_id === known.id);
  return {
    label: scenarioName(known.id),
    values: { ...EXAMPLE, dr: scenario?.interest_rate_delta_pct ?? 0,
      m: perCent(scenario?.collateral_market_impact_pct ?? 0),
      g: perCent(scenario?.recovery_degradation_pct ?? 0),
      d: perCent(scenario?.default_risk_increment_pct ?? 0) },
    published: { "Interest rate": known.rate, "Interest per year": known.interest,
      "Collateral after": known.collateral, "Recovery after": known.recovery,
      "Default risk buffer": known.buffer, "Net exposure after": known.net, Loss: known.loss,
      "Impact score": known.score },
  };
}

const [first, ...others] = PUBLISHED.map(caseOf);
/** The default scenarios on the portfolio of the check values. */
export const CASES = [first as ReturnType<typeof caseOf>, ...others] as const;
