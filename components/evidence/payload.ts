import {
  KPI_NAMES, type DebtExposure, type KpiInputs, type Netting, type PortfolioKpis,
  type StressResult,
} from "@/lib/risk";

type Members = Readonly<Record<string, unknown>>;

const EXPOSURE_MEMBERS = [
  "total_outstanding", "interest_rate_pct", "interest_payment", "collateral_value",
  "collateral_shortfall", "collateral_coverage_ratio", "assets_value", "leverage_ratio",
  "distressed_asset_value", "distressed_asset_recovery", "distressed_asset_recovery_ratio",
  "distressed_asset_count", "net_exposure_after_recovery",
] as const satisfies readonly (keyof DebtExposure)[];

const STRESS_MEMBERS = [
  "interest_rate_delta_pct", "collateral_market_impact_pct", "recovery_degradation_pct",
  "default_risk_increment_pct", "interest_rate_pct", "interest_payment", "collateral_value",
  "collateral_loss", "distressed_asset_value", "distressed_asset_loss",
  "distressed_asset_recovery", "default_risk_buffer", "net_exposure_after_recovery",
  "loss_estimate", "impact_score",
] as const satisfies readonly (keyof StressResult)[];

const DEPTH_LIMIT = 3;

export const isMembers = (value: unknown): value is Members =>
  typeof value === "object" && value !== null && !Array.isArray(value);

const hasNumbers = (value: Members, names: readonly string[]): boolean =>
  names.every((name) => typeof value[name] === "number");

/** The payload itself or the first object in it that passes; payloads wrap what they record. */
function search(value: unknown, fits: (value: Members) => boolean, depth = 0): Members | null {
  if (!isMembers(value)) return null;
  if (fits(value)) return value;
  if (depth >= DEPTH_LIMIT) return null;
  for (const member of Object.values(value)) {
    const found = search(member, fits, depth + 1);
    if (found) return found;
  }
  return null;
}

/** The exposure that a payload records, if it does. */
export function readExposure(payload: unknown): DebtExposure | null {
  return search(payload, (value) => hasNumbers(value, EXPOSURE_MEMBERS)) as DebtExposure | null;
}

/** The stress result that a payload records, if it does. */
export function readStress(payload: unknown): StressResult | null {
  return search(payload, (value) =>
    typeof value.scenario_id === "string" && hasNumbers(value, STRESS_MEMBERS)
  ) as StressResult | null;
}

/** A text member of a payload, wherever it stands in it. */
export function readText(payload: unknown, name: string): string | null {
  const text = search(payload, (value) => typeof value[name] === "string")?.[name];
  return typeof text === "string" ? text : null;
}

/** How a record's figures net; what says nothing is of the time when there was one netting. */
export const readNetting = (payload: unknown): Netting =>
  readText(payload, "netting") === "instrument" ? "instrument" : "portfolio";

/** The KPIs that a payload records, with the sums they rest on. */
export function readKpis(payload: unknown): { inputs: KpiInputs; kpis: PortfolioKpis } | null {
  if (!isMembers(payload) || !isMembers(payload.inputs) || !isMembers(payload.kpis)) return null;
  const { inputs, kpis } = payload;
  const fits = KPI_NAMES.every((name) => isMembers(kpis[name])) && Object.values(inputs).every(
    (value) => value === null || typeof value === "number");
  return fits ? { inputs: inputs as KpiInputs, kpis: kpis as PortfolioKpis } : null;
}
