import { DEFAULT_KPI_LIMITS, severityOf, type KpiLimits, type Severity } from "./kpis";
import { KPI_FACTS, KPI_NAMES, type KpiName, type PortfolioKpis } from "./portfolio-kpis";

/** A KPI's own warning and critical limit, in its unit. */
export type LimitPair = { warning: number; critical: number };

/** Limits that a portfolio has of its own; the others are section 9's defaults, or none. */
export type OwnLimits = { readonly [K in KpiName]?: LimitPair };

/** What a portfolio's KPIs are judged by; `tangibleEquity` is in base currency. */
export type KpiSettings = { readonly tangibleEquity: number | null; readonly limits: OwnLimits };

/** The limits that a KPI is judged by (MODEL.md section 9); null when it has none. */
export function limitsOf(name: KpiName, own: OwnLimits): KpiLimits | null {
  const defaults: OwnLimits = DEFAULT_KPI_LIMITS;
  const pair = own[name] ?? defaults[name];
  return pair === undefined ? null
    : { worse: KPI_FACTS[name].worse, warning: pair.warning, critical: pair.critical };
}

/** What is wrong with a pair of limits for a KPI: critical must lie beyond warning. */
export function limitProblem(name: KpiName, { warning, critical }: LimitPair): string | null {
  const { worse } = KPI_FACTS[name];
  const isBeyond = worse === "above" ? critical > warning : critical < warning;
  return isBeyond ? null : `must be ${worse} the warning limit of ${warning}`;
}

/** A judged KPI, without the ids that recording gives it. `threshold` is the limit that counts. */
export type KpiFinding = {
  title: string;
  category: "kpi";
  metric: KpiName;
  description: string;
  value: number;
  threshold: number;
  is_material: boolean;
  materiality: "material" | "not_material";
  severity: Exclude<Severity, "unknown">;
  limits: KpiLimits;
  /** A KPI is no amount of money and has no share of what is owed. */
  financial_impact_eur: null;
  impact_score: null;
  confidence: "medium";
};

/**
 * The findings of MODEL.md section 9: every KPI that has a value and limits, judged. One past its
 * warning limit is material; a KPI without a value is no finding, and never a healthy one.
 */
export function kpiFindings(kpis: PortfolioKpis, own: OwnLimits): KpiFinding[] {
  return KPI_NAMES.flatMap((name): KpiFinding[] => {
    const limits = limitsOf(name, own);
    const { value } = kpis[name];
    return limits === null || value === null ? [] : [judged(name, value, limits)];
  });
}

function judged(name: KpiName, value: number, limits: KpiLimits): KpiFinding {
  const severity = severityOf({ value, reason: null }, limits) as KpiFinding["severity"];
  const isMaterial = severity !== "normal";
  const which = severity === "critical" ? "critical" : "warning";
  const threshold = limits[which];
  const side = isMaterial ? limits.worse : `not ${limits.worse}`;
  return {
    title: `kpi:${name}`,
    category: "kpi",
    metric: name,
    description: `${KPI_FACTS[name].label} is ${kpiText(name, value)}, ${side} the ${which} limit `
      + `of ${kpiText(name, threshold)}: ${severity}.`,
    value,
    threshold,
    is_material: isMaterial,
    materiality: isMaterial ? "material" : "not_material",
    severity,
    limits,
    financial_impact_eur: null,
    impact_score: null,
    confidence: "medium",
  };
}

/** A KPI's value as text with two decimals at most: "15 %", "9.25 of 10". */
export function kpiText(name: KpiName, value: number): string {
  const text = String(Math.round(value * 100) / 100);
  return name === "portfolio_health" ? `${text} of 10` : `${text} %`;
}
