import type { StressResult } from "@/lib/risk";
import type { FormulaProps, FormulaRow } from "@/components/ui/figure";
import { compactNumber, MINUS, money, NARROW } from "@/components/ui/format";
import type { Basis, DrillFigure, LoansStake } from "./drill";
import { driverOf, isLoss, ownLosses, ownValue, shocksBehind, shortfallsOf } from "./drill";
import type { BenchView } from "./figures";
import { asPercent, DRIVER_LABELS } from "./words";

/** Figures of a formula are shown in full, with two decimals. */
export interface FilledFormula extends FormulaProps {
  rows: FormulaRow[];
}

const share = (fraction: number): string => `${compactNumber(Math.abs(fraction) * 100, 4)}${NARROW}%`;

/** "C × (1 − 25 %)" */
const factor = (symbol: string, shock: number): string =>
  shock === 0 ? symbol : `${symbol} × (1 ${shock < 0 ? MINUS : "+"} ${share(shock)})`;

const row = (symbol: string, fill: string, value: number): FormulaRow =>
  ({ symbol, fill, result: money(value) });

/** What one stake loses on its own (MODEL.md section 4): C × m, R × g, O × d, or its shortfalls. */
export function stakeFormula(
  figure: DrillFigure, stake: LoansStake, basis: Basis,
): FilledFormula {
  if (!isLoss(figure)) return exposureOfStake(figure, stake, basis);
  const behind = shocksBehind(figure, basis);
  const losses = ownLosses(figure, stake, basis);
  const m = behind.collateral_market_impact_pct;
  const g = behind.recovery_degradation_pct;
  const d = behind.default_risk_increment_pct;
  const sign = (shock: number) => shock > 0 ? ", a gain" : "";
  const rows = [
    ...(m === 0 ? [] : basis.netting === "instrument" ? shortfallRows(stake, m)
      : [row(`C × ${share(m)}${sign(m)}`, money(stake.collateral), losses.collateral)]),
    ...(g === 0 ? [] : [row(`R × ${share(g)}${sign(g)}`, money(stake.recovery), losses.recovery)]),
    ...(d === 0 ? [] : [row(`O × ${share(d)}`, money(stake.outstanding), losses.default)]),
  ];
  return {
    rows,
    total: { symbol: "own loss", fill: rows.length > 1 ? "sum" : "",
      result: money(losses.collateral + losses.recovery + losses.default) },
  };
}

/** A single loan's shortfall is worked out here; those of several come summed from the server. */
function shortfallRows(stake: LoansStake, fall: number): FormulaRow[] {
  const { before, after } = shortfallsOf(stake, fall);
  const isSum = stake.shortfall !== undefined;
  const text = (collateral: string) =>
    isSum ? `sum of max(0, O ${MINUS} ${collateral}) of each loan`
      : `max(0, O ${MINUS} ${collateral})`;
  return [row("S′", text(factor("C", fall)), after), row(`${MINUS} S`, text("C"), -before)];
}

function exposureOfStake(figure: DrillFigure, stake: LoansStake, basis: Basis): FilledFormula {
  const owed = row("O", "outstanding", stake.outstanding);
  const collateral = row("C", "collateral", stake.collateral);
  const recovery = row("R", "recovery", stake.recovery);
  if (figure === "outstanding") return { rows: [owed] };
  if (figure === "collateral") return { rows: [collateral] };
  if (figure === "recovery") return { rows: [recovery] };
  const net = money(ownValue(figure, stake, basis));
  if (basis.netting === "instrument") {
    const each = stake.shortfall === undefined ? "" : "sum over the loans of ";
    return { rows: [owed, collateral],
      total: { symbol: "own shortfall", fill: `${each}max(0, O ${MINUS} C)`, result: net } };
  }
  return { rows: [owed, collateral, recovery],
    total: { symbol: "own net", fill: `max(0, O ${MINUS} C ${MINUS} R)`, result: net } };
}

/** The share of a segment: its own loss in proportion to all own losses. */
export function allocationFormula(
  segment: { own: number; value: number }, ownTotal: number, total: number,
): FilledFormula {
  return {
    rows: [
      row("own", "loss of the segment alone", segment.own),
      row("all", "own losses of all segments", ownTotal),
      row("L", "loss of the portfolio", total),
    ],
    total: { symbol: "share", fill: "L × own / all", result: money(segment.value) },
  };
}

type TotalBasis = Pick<BenchView, "exposure" | "basis">;

/** Net exposure and, for a loss, the way to it: N, C′, R′, B, N′, L (MODEL.md sections 1, 2). */
export function totalFormula(
  figure: DrillFigure, { exposure, basis }: TotalBasis, stress: StressResult | null,
  amount: number,
): FilledFormula {
  const isByInstrument = basis.netting === "instrument";
  const owed = row("O", "outstanding", exposure.total_outstanding);
  const collateral = row("C", "collateral", exposure.collateral_value);
  const recovery = row("R", "value × recovery rate", exposure.distressed_asset_recovery);
  const net = exposure.net_exposure_after_recovery;
  const shortfalls = isByInstrument
    ? [row("S", `sum of max(0, O ${MINUS} C) of each loan`, exposure.collateral_shortfall)] : [];
  const netFill = isByInstrument ? `max(0, S ${MINUS} R)` : `max(0, O ${MINUS} C ${MINUS} R)`;
  if (figure === "outstanding") return { rows: [], total: { ...owed, fill: "sum of all amounts owed" } };
  if (figure === "collateral") return { rows: [], total: { ...collateral, fill: "sum of all values" } };
  if (figure === "recovery") {
    return { rows: [row("V", "distressed assets", exposure.distressed_asset_value)],
      total: { symbol: "R", fill: recovery.fill, result: recovery.result } };
  }
  if (figure === "net" || !stress) {
    return { rows: [owed, collateral, ...shortfalls, recovery],
      total: { symbol: "N", fill: netFill, result: money(net) } };
  }
  const driver = driverOf(figure);
  const rows = [
    owed, collateral, ...shortfalls, recovery,
    row("N", netFill, net),
    row("C′", factor("C", stress.collateral_market_impact_pct), stress.collateral_value),
    row("R′", factor("R", stress.recovery_degradation_pct), stress.distressed_asset_recovery),
    row("B", `O × ${compactNumber(asPercent(stress.default_risk_increment_pct), 4)}${NARROW}%`,
      stress.default_risk_buffer),
    row("N′", isByInstrument ? `max(0, sum of max(0, O ${MINUS} C′) ${MINUS} R′) + B`
      : `max(0, O ${MINUS} C′ ${MINUS} R′) + B`, stress.net_exposure_after_recovery),
  ];
  const loss = { symbol: "L", fill: `max(0, N′ ${MINUS} N)`, result: money(stress.loss_estimate) };
  if (!driver) return { rows, total: loss };
  return { rows: [...rows, loss],
    total: { symbol: DRIVER_LABELS[driver], fill: "mean over 6 orders", result: money(amount) } };
}
