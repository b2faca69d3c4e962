import {
  compactNumber, count, MINUS, money, NARROW, percent, percentOf, plural, ratio,
} from "@/components/ui/format";
import type { DebtExposure, Netting, StressResult } from "@/lib/risk";

export type FigureUnit = "amount" | "rate" | "share" | "ratio" | "count" | "score";

/** A figure of MODEL.md with its formula, once in symbols and once with the values in it. */
export interface FigureRow {
  id: string;
  name: string;
  formula: string;
  values: string;
  unit: FigureUnit;
  value: number;
  /** Why the figure says nothing, e.g. a ratio over zero. */
  reason?: string;
  /** The figure that the record exists for. */
  isAnswer?: boolean;
}

export function figureText(unit: FigureUnit, value: number): string {
  if (unit === "amount") return money(value);
  if (unit === "rate") return percent(value, { decimals: 2 });
  if (unit === "share") return percentOf(value, { decimals: 2 });
  if (unit === "ratio") return ratio(value);
  if (unit === "count") return count(value);
  return compactNumber(value, 6);
}

const rateText = (rate: number): string => compactNumber(rate, 6);

const debtRows = (exposure: DebtExposure): FigureRow[] => {
  const O = exposure.total_outstanding;
  const C = exposure.collateral_value;
  const noDebt = O === 0 ? "Nothing is owed, so there is no ratio to it" : undefined;
  return [
    { id: "total_outstanding", name: "Outstanding", formula: "O = sum of principal",
      values: "Summed exactly when the version was sealed", unit: "amount", value: O },
    { id: "interest_rate_pct", name: "Interest rate, weighted",
      formula: "r = sum of principal × rate / O",
      values: "Weighted by principal", unit: "rate", value: exposure.interest_rate_pct,
      reason: noDebt },
    { id: "interest_payment", name: "Interest per year", formula: "O × r / 100",
      values: `${money(O)} × ${rateText(exposure.interest_rate_pct)} / 100`,
      unit: "amount", value: exposure.interest_payment },
    { id: "collateral_value", name: "Collateral", formula: "C = sum of collateral",
      values: "Summed exactly when the version was sealed", unit: "amount", value: C },
    { id: "collateral_shortfall", name: "Collateral shortfall",
      formula: `max(O ${MINUS} C, 0)`, values: `max(${money(O)} ${MINUS} ${money(C)}, 0)`,
      unit: "amount", value: exposure.collateral_shortfall },
    { id: "collateral_coverage_ratio", name: "Collateral coverage", formula: "C / O",
      values: `${money(C)} / ${money(O)}`, unit: "share",
      value: exposure.collateral_coverage_ratio, reason: noDebt },
  ];
};

const assetRows = (exposure: DebtExposure): FigureRow[] => {
  const O = exposure.total_outstanding;
  const A = exposure.assets_value;
  const V = exposure.distressed_asset_value;
  const R = exposure.distressed_asset_recovery;
  return [
    { id: "assets_value", name: "Assets", formula: "A = assets of the borrowers",
      values: "As stated in the tape", unit: "amount", value: A,
      reason: A === 0 ? "The tape states no assets" : undefined },
    { id: "leverage_ratio", name: "Leverage", formula: "O / A",
      values: `${money(O)} / ${money(A)}`, unit: "ratio", value: exposure.leverage_ratio,
      reason: A === 0 ? "The tape states no assets, so there is no leverage" : undefined },
    { id: "distressed_asset_value", name: "Distressed assets", formula: "V = sum of value",
      values: plural(exposure.distressed_asset_count, "asset"), unit: "amount", value: V },
    { id: "distressed_asset_recovery", name: "Expected recovery",
      formula: "R = sum of value × recovery rate / 100",
      values: "Summed exactly when the version was sealed", unit: "amount", value: R },
    { id: "distressed_asset_recovery_ratio", name: "Recovery ratio", formula: "R / V",
      values: `${money(R)} / ${money(V)}`, unit: "share",
      value: exposure.distressed_asset_recovery_ratio,
      reason: V === 0 ? "There are no distressed assets to recover from" : undefined },
  ];
};

/** MODEL.md section 1, in its order; the last row is net exposure. */
export function exposureFigures(exposure: DebtExposure, netting: Netting): FigureRow[] {
  const rows = [...debtRows(exposure), ...assetRows(exposure), netRow(exposure)];
  return netting === "instrument" ? inSums(rows, exposure) : rows;
}

/** Section 4: by instrument, shortfall and stressed collateral are sums over single debts. */
function inSums(
  rows: readonly FigureRow[], exposure: DebtExposure, stress?: StressResult,
): FigureRow[] {
  const each = "Debt by debt, each with its own collateral";
  const rest = `${money(exposure.collateral_shortfall)} ${MINUS} `
    + money(exposure.distressed_asset_recovery);
  const base = { formula: `N = max(0, S ${MINUS} R)`, values: `max(0, ${rest})` };
  const texts: Record<string, Pick<FigureRow, "formula" | "values">> = {
    collateral_shortfall: { formula: `S = sum of max(0, owed ${MINUS} collateral)`, values: each },
    ...(stress === undefined ? { net_exposure_after_recovery: base } : {
      base_net_exposure: base,
      net_exposure_after_recovery: { values: each,
        formula: `N′ = max(0, sum of max(0, owed ${MINUS} collateral′) ${MINUS} R′) + B` },
    }),
  };
  return rows.map((row) => ({ ...row, ...texts[row.id] }));
}

function netRow(exposure: DebtExposure): FigureRow {
  const cover = exposure.collateral_value + exposure.distressed_asset_recovery;
  return {
    id: "net_exposure_after_recovery", name: "Net exposure after recovery",
    formula: `N = max(0, O ${MINUS} (C + R))`,
    values: `max(0, ${money(exposure.total_outstanding)} ${MINUS} ${money(cover)})`,
    unit: "amount", value: exposure.net_exposure_after_recovery, isAnswer: true,
  };
}

/** "1 − 25 %" from -0.25. */
function factor(fraction: number): string {
  const sign = fraction < 0 ? MINUS : "+";
  return `1 ${sign} ${compactNumber(Math.abs(fraction) * 100, 4)}${NARROW}%`;
}

const multiplier = (fraction: number): string => compactNumber(1 + fraction, 6);

const costRows = (exposure: DebtExposure, stress: StressResult): FigureRow[] => {
  const delta = stress.interest_rate_delta_pct;
  const sign = delta < 0 ? MINUS : "+";
  return [
    { id: "interest_rate_pct", name: "Interest rate, stressed", formula: "r + Δr",
      values: `${rateText(exposure.interest_rate_pct)} ${sign} ${rateText(Math.abs(delta))}`,
      unit: "rate", value: stress.interest_rate_pct },
    { id: "interest_payment", name: "Interest per year, stressed", formula: "O × (r + Δr) / 100",
      values: `${money(exposure.total_outstanding)} × ${rateText(stress.interest_rate_pct)} / 100`,
      unit: "amount", value: stress.interest_payment },
  ];
};

const shockRows = (exposure: DebtExposure, stress: StressResult): FigureRow[] => {
  const m = stress.collateral_market_impact_pct;
  const g = stress.recovery_degradation_pct;
  const d = stress.default_risk_increment_pct;
  return [
    { id: "collateral_value", name: "Collateral after the shock", formula: `C′ = C × (${factor(m)})`,
      values: `${money(exposure.collateral_value)} × ${multiplier(m)}`,
      unit: "amount", value: stress.collateral_value },
    { id: "collateral_loss", name: "Collateral loss", formula: `max(0, C ${MINUS} C′)`,
      values: `${money(exposure.collateral_value)} ${MINUS} ${money(stress.collateral_value)}`,
      unit: "amount", value: stress.collateral_loss },
    { id: "distressed_asset_value", name: "Distressed assets after the shock",
      formula: `V × (${factor(m)})`,
      values: `${money(exposure.distressed_asset_value)} × ${multiplier(m)}`,
      unit: "amount", value: stress.distressed_asset_value },
    { id: "distressed_asset_loss", name: "Distressed asset loss",
      formula: `max(0, V ${MINUS} V × (${factor(m)}))`,
      values: `${money(exposure.distressed_asset_value)} ${MINUS} `
        + money(stress.distressed_asset_value),
      unit: "amount", value: stress.distressed_asset_loss },
    { id: "distressed_asset_recovery", name: "Recovery after the shock",
      formula: `R′ = R × (${factor(g)})`,
      values: `${money(exposure.distressed_asset_recovery)} × ${multiplier(g)}`,
      unit: "amount", value: stress.distressed_asset_recovery },
    { id: "default_risk_buffer", name: "Default risk buffer",
      formula: `B = O × ${compactNumber(d * 100, 4)}${NARROW}%`,
      values: `${money(exposure.total_outstanding)} × ${compactNumber(d, 6)}`,
      unit: "amount", value: stress.default_risk_buffer },
  ];
};

/** MODEL.md section 2 with the base figures of section 1; the loss carries the mark. */
export function stressFigures(
  exposure: DebtExposure, stress: StressResult, netting: Netting,
): FigureRow[] {
  const rows = portfolioStress(exposure, stress);
  return netting === "instrument" ? inSums(rows, exposure, stress) : rows;
}

function portfolioStress(exposure: DebtExposure, stress: StressResult): FigureRow[] {
  const O = exposure.total_outstanding;
  const cover = stress.collateral_value + stress.distressed_asset_recovery;
  const net = stress.net_exposure_after_recovery;
  return [
    ...costRows(exposure, stress),
    ...shockRows(exposure, stress),
    { id: "net_exposure_after_recovery", name: "Net exposure, stressed",
      formula: `N′ = max(0, O ${MINUS} (C′ + R′)) + B`,
      values: `max(0, ${money(O)} ${MINUS} ${money(cover)}) + ${money(stress.default_risk_buffer)}`,
      unit: "amount", value: net },
    { ...netRow(exposure), id: "base_net_exposure", name: "Net exposure, base", isAnswer: false },
    { id: "loss_estimate", name: "Loss", formula: `L = max(0, N′ ${MINUS} N)`,
      values: `${money(net)} ${MINUS} ${money(exposure.net_exposure_after_recovery)}`,
      unit: "amount", value: stress.loss_estimate, isAnswer: true },
    { id: "impact_score", name: "Impact score", formula: "min(1, L / max(1, O))",
      values: `${money(stress.loss_estimate)} / ${money(Math.max(1, O))}`,
      unit: "score", value: stress.impact_score },
  ];
}
