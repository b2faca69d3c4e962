import { compactNumber, count, MINUS, money } from "@/components/ui/format";
import {
  KPI_FACTS, KPI_NAMES, kpiGapText, nonPerforming, type KpiInputs, type KpiName,
  type PortfolioKpis,
} from "@/lib/risk";
import type { FigureRow } from "./formulas";

type Texts = { formula: string; values: string };

const rate = (value: number | null): string => compactNumber(value, 6);
const share = (part: number | null, whole: number | null): string =>
  `${money(part)} / ${money(whole)}`;
const sum = (...parts: (number | null)[]): number =>
  parts.reduce<number>((total, part) => total + (part ?? 0), 0);

function pastDueTexts(inputs: KpiInputs): Partial<Record<KpiName, Texts>> {
  const { receivable, dpd_30_60: b30, dpd_60_90: b60, dpd_90_plus: b90 } = inputs;
  const of = (days: number, ...parts: (number | null)[]): Texts => ({
    formula: `Balance ${days} days past due and more / owed`,
    values: share(sum(...parts), receivable),
  });
  return {
    par30_pct: of(30, b90, b60, b30), par60_pct: of(60, b90, b60), par90_pct: of(90, b90),
    npl_ratio_pct: { formula: "(90 days past due and more + other stage 3) / owed",
      values: `(${money(b90 ?? 0)} + ${money(inputs.stage_3_under_90 ?? 0)}) / `
        + money(receivable) },
  };
}

function otherTexts(inputs: KpiInputs, kpis: PortfolioKpis): Partial<Record<KpiName, Texts>> {
  const bad = nonPerforming(inputs);
  return {
    coverage_ratio_pct: { formula: "Provisions / non-performing",
      values: share(inputs.provisions, bad) },
    texas_ratio_pct: { formula: "Non-performing / (tangible equity + provisions)",
      values: `${money(bad)} / (${money(inputs.tangible_equity)} + ${money(inputs.provisions)})` },
    mean_ltv_pct: { formula: "Sum of owed / collateral, by loan / loans",
      values: `${rate(inputs.ltv_sum_pct)} / ${count(inputs.ltv_count)}` },
    mean_dti_pct: { formula: "Sum of debt to income / loans",
      values: `${rate(inputs.dti_sum_pct)} / ${count(inputs.dti_count)}` },
    yield_pct: { formula: "Interest a year / balance that states a rate",
      values: share(inputs.interest_per_year, inputs.balance_with_rate) },
    write_off_rate_pct: { formula: "Written off / owed",
      values: share(inputs.written_off, inputs.receivable) },
    collection_rate_pct: { formula: "Cash collected / eligible balance",
      values: share(inputs.cash_collected, inputs.eligible_balance) },
    portfolio_health: {
      formula: `max(0, 10 ${MINUS} PAR30 / 10) × collection rate / 10, from 0 to 10`,
      values: `max(0, 10 ${MINUS} ${rate(kpis.par30_pct.value)} / 10) × `
        + `${rate(kpis.collection_rate_pct.value)} / 10` },
  };
}

/** MODEL.md section 9 with the sums in it; a KPI without a value says why. */
export function kpiFigures(inputs: KpiInputs, kpis: PortfolioKpis): FigureRow[] {
  const texts = { ...pastDueTexts(inputs), ...otherTexts(inputs, kpis) };
  return KPI_NAMES.map((name) => {
    const { value, reason } = kpis[name];
    return {
      id: name, name: KPI_FACTS[name].label, formula: texts[name]?.formula ?? "",
      values: value === null ? "" : texts[name]?.values ?? "",
      unit: name === "portfolio_health" ? "score" : "rate", value: value ?? 0,
      ...(reason === null ? {} : { reason: kpiGapText(reason) }),
    };
  });
}
