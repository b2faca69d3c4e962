import {
  analysisEvidenceId, exposureEvidenceId, kpiEvidenceId, scenarioEvidenceId, type EvidenceRecord,
} from "@/lib/evidence";
import type { Json } from "@/lib/kernel/canonical";
import { canonicalHash } from "@/lib/kernel/hash";
import {
  KPI_NAMES, portfolioKpis, stressOf, type DebtExposure, type Netting, type Scenario,
  type StressResult,
} from "@/lib/risk";
import { isMembers, readExposure, readKpis, readNetting, readStress, readText } from "./payload";

/** A recorded figure beside the one calculated here. */
export interface FigureCheck {
  name: string;
  recorded: number;
  computed: number;
}

/** What this browser found about one record. */
export interface RecordCheck {
  evidenceId: string;
  recordedHash: string;
  /** Null when the content has no canonical form. */
  computedHash: string | null;
  figures: number;
  differing: FigureCheck[];
  /** Id that follows from the content; null when this engine cannot say. */
  derivedId: string | null;
  /** What the figures were calculated from. */
  rests: "exposure" | "sums";
  /** Why no figure could be calculated again. */
  gap: string | null;
}

export const isHashEqual = (check: RecordCheck): boolean =>
  check.computedHash === check.recordedHash;

export const isIdEqual = (check: RecordCheck): boolean =>
  check.derivedId === null || check.derivedId === check.evidenceId;

/** True when nothing that could be compared differs. */
export const isSound = (check: RecordCheck): boolean =>
  isHashEqual(check) && isIdEqual(check) && check.differing.length === 0;

/**
 * Recomputes a record's hash, figures and id from what it says. `base` is the recorded exposure
 * that a stress record rests on.
 */
export function checkRecord(record: EvidenceRecord, base: DebtExposure | null): RecordCheck {
  const recorded = figuresOf(record, base);
  const differing = recorded.figures.filter((figure) => figure.recorded !== figure.computed);
  return {
    evidenceId: record.evidence_id,
    recordedHash: record.sha256,
    computedHash: hashOf(record.payload),
    figures: recorded.figures.length,
    differing,
    derivedId: idOf(record),
    rests: record.kind === "kpi" ? "sums" : "exposure",
    gap: recorded.gap,
  };
}

function hashOf(payload: Json): string | null {
  try {
    return canonicalHash(payload);
  } catch {
    // A payload that JSON cannot carry is itself the finding.
    return null;
  }
}

type Recalculated = { figures: FigureCheck[]; gap: string | null };

const ONE_BY_ONE = "shortfalls by instrument, which rest on every single loan; the server's own " +
  "check computes them again";

function figuresOf(record: EvidenceRecord, base: DebtExposure | null): Recalculated {
  const netting = readNetting(record.payload);
  const gap = netting === "instrument" ? ONE_BY_ONE : null;
  if (record.kind === "debt_exposure") {
    const exposure = readExposure(record.payload);
    if (exposure) return { figures: exposureChecks(exposure, netting), gap };
    return { figures: [], gap: "its content holds no exposure" };
  }
  if (record.kind === "kpi") return kpiChecks(record.payload);
  if (record.kind !== "stress_test") {
    return { figures: [], gap: "an analysis cannot be calculated again here" };
  }
  const stress = readStress(record.payload);
  if (!stress) return { figures: [], gap: "its content holds no stress result" };
  if (!base) return { figures: [], gap: "the exposure it rests on could not be read" };
  return { figures: stressChecks(stress, base, netting), gap };
}

/** Section 1's figures that follow from its sums, in the engine's order of operations. */
function exposureChecks(exposure: DebtExposure, netting: Netting): FigureCheck[] {
  const O = exposure.total_outstanding;
  const C = exposure.collateral_value;
  const V = exposure.distressed_asset_value;
  const R = exposure.distressed_asset_recovery;
  const computed: Partial<DebtExposure> = {
    interest_payment: (O * exposure.interest_rate_pct) / 100,
    collateral_coverage_ratio: O === 0 ? 0 : C / O,
    leverage_ratio: exposure.assets_value === 0 ? 0 : O / exposure.assets_value,
    distressed_asset_recovery_ratio: V === 0 ? 0 : R / V,
    ...(netting === "instrument"
      ? { net_exposure_after_recovery: Math.max(0, exposure.collateral_shortfall - R) }
      : { collateral_shortfall: Math.max(O - C, 0),
        net_exposure_after_recovery: Math.max(O - (C + R), 0) }),
  };
  return Object.entries(computed).map(([name, value]) => ({
    name, recorded: exposure[name as keyof DebtExposure], computed: value,
  }));
}

/** The KPIs from the sums that the record holds; the server adds up the sums themselves. */
function kpiChecks(payload: Json): Recalculated {
  const recorded = readKpis(payload);
  if (!recorded) return { figures: [], gap: "its content holds no KPIs" };
  const again = portfolioKpis(recorded.inputs);
  const figures = KPI_NAMES.filter((name) =>
    recorded.kpis[name].value !== null || again[name].value !== null);
  return { gap: null, figures: figures.map((name) => ({ name,
    recorded: recorded.kpis[name].value ?? Number.NaN,
    computed: again[name].value ?? Number.NaN })) };
}

export const scenarioOf = (stress: StressResult): Scenario => ({
  scenario_id: stress.scenario_id,
  description: stress.description,
  interest_rate_delta_pct: stress.interest_rate_delta_pct,
  collateral_market_impact_pct: stress.collateral_market_impact_pct,
  recovery_degradation_pct: stress.recovery_degradation_pct,
  default_risk_increment_pct: stress.default_risk_increment_pct,
  ...(stress.segment_shocks && { segment_shocks: stress.segment_shocks }),
});

const RESULT_NAMES = [
  "interest_rate_pct", "interest_payment", "collateral_value", "collateral_loss",
  "distressed_asset_value", "distressed_asset_loss", "distressed_asset_recovery",
  "default_risk_buffer", "net_exposure_after_recovery", "loss_estimate", "impact_score",
] as const satisfies readonly (keyof StressResult)[];

/** By instrument these are sums over all loans, which only the server has. */
const OF_EVERY_LOAN: readonly (keyof StressResult)[] =
  ["collateral_value", "collateral_loss", "net_exposure_after_recovery"];

function stressChecks(
  stress: StressResult, base: DebtExposure, netting: Netting,
): FigureCheck[] {
  const { segment_shocks: segments, ...scenario } = scenarioOf(stress);
  const again = stressOf(base, scenario);
  const names = segments ? ["loss_estimate", "impact_score"] as const
    : netting === "portfolio" ? RESULT_NAMES
      : RESULT_NAMES.filter((name) => !OF_EVERY_LOAN.includes(name));
  if (netting === "instrument" || segments) {
    // The loss follows from the recorded net exposures, these from every loan.
    const loss = stress.net_exposure_after_recovery - base.net_exposure_after_recovery;
    again.loss_estimate = Math.max(0, loss);
    again.impact_score = Math.min(
      1, again.loss_estimate / Math.max(1, base.total_outstanding));
  }
  return names.map((name) => ({ name, recorded: stress[name], computed: again[name] }));
}

/** Ids follow from version, engine and content: a rewritten record no longer fits its own id. */
function idOf(record: EvidenceRecord): string | null {
  const engine = { id: record.engine_id, version: record.engine_version };
  const facts = {
    datasetVersionId: record.dataset_version_id,
    // As it stands: a rewritten netting is to derive another id.
    netting: readText(record.payload, "netting") ?? "portfolio",
  };
  if (record.kind === "debt_exposure") return exposureEvidenceId(facts, engine);
  if (record.kind === "kpi") {
    const { datasetVersionId } = facts;
    return kpiEvidenceId({ datasetVersionId,
      tangibleEquity: readKpis(record.payload)?.inputs.tangible_equity ?? null }, engine);
  }
  if (record.kind === "analysis") return analysisId(record, engine);
  const stress = record.kind === "stress_test" ? readStress(record.payload) : null;
  return stress ? scenarioEvidenceId({ ...facts, scenario: scenarioOf(stress) }, engine) : null;
}

/** Of an analysis by its name and request; one that has neither was rewritten, so no id fits it. */
function analysisId(
  { dataset_version_id: datasetVersionId, payload }: EvidenceRecord,
  engine: Parameters<typeof analysisEvidenceId>[1],
): string {
  const { analysis, request } = isMembers(payload) ? payload : {};
  return analysisEvidenceId({ datasetVersionId, analysis: String(analysis),
    request: (request ?? null) as Json }, engine);
}
