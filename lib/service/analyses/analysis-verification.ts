import { GROUP_COLUMNS } from "@/lib/contract/facts";
import { ENGINE_ID, ENGINE_VERSION } from "@/lib/evidence";
import { InvariantError } from "@/lib/kernel/assert";
import type { Json } from "@/lib/kernel/canonical";
import { concentrationOf, versionAnalysis, type Kept } from "./analyses";
import { analysisEvidence } from "./analysis-records";
import { AppError } from "../platform/app-error";
import { versionCreditLoss } from "./credit-analysis";
import { keptAnalyses, unauditedAnalysis, type KeptAnalysis } from "../db/analysis-query";
import type { PoolClient } from "../db/database";
import type { Defect } from "../db/stored-runs";
import { figuresOf } from "./figure-analyses";
import { log } from "../platform/log";
import type { SealedVersion } from "../datasets/sealed-versions";
import { ThreadTaskError } from "../calculation/threads";
import { stressAnalysisOf } from "./stress-analysis";

type Stored<K extends (...given: never[]) => unknown> = Parameters<K>[1];

/** What a kept request gives now. Requests are those that `analyses.ts` made canonical. */
async function resultOf(sealed: SealedVersion, analysis: string, request: unknown) {
  const { datasetVersionId: id } = sealed;
  switch (analysis) {
    case "attribution": case "sensitivity": case "reverse-stress":
      return versionAnalysis(sealed, analysis, request as Kept<typeof analysis>);
    case "concentration": {
      const { by } = request as Stored<typeof concentrationOf>;
      return GROUP_COLUMNS.includes(by) ? concentrationOf(id, { by }) : null;
    }
    case "credit-loss": return versionCreditLoss(id, request as Stored<typeof versionCreditLoss>);
    case "stress": return stressAnalysisOf(id, request as Parameters<typeof stressAnalysisOf>[1]);
    default: return figuresOf(analysis, request);
  }
}

/** Hashes that the kept analyses of a version have when they are computed anew, by id. */
export type RecomputedAnalyses = ReadonlyMap<string, { stored: string; now: string | null }>;

/**
 * Computes a version's kept analyses anew. Before the snapshot of a verification: they read the
 * version by connections of their own. Those of other engine versions are left alone.
 */
export async function recomputeAnalyses(sealed: SealedVersion): Promise<RecomputedAnalyses> {
  const found = new Map<string, { stored: string; now: string | null }>();
  for (const record of await keptAnalyses(sealed.datasetVersionId)) {
    if (record.engine_id !== ENGINE_ID || record.engine_version !== ENGINE_VERSION) continue;
    found.set(record.evidence_id, { stored: record.sha256, now: await hashOf(sealed, record) });
  }
  return found;
}

async function hashOf(
  sealed: SealedVersion, { analysis, request }: KeptAnalysis,
): Promise<string | null> {
  if (analysis === null) return null;
  try {
    const result = await resultOf(sealed, analysis, request);
    return result === null ? null
      : analysisEvidence(sealed, analysis, request, result as Json).sha256;
  } catch (error) {
    // A request that was changed may be none; a fault of the database is no verdict.
    const isVerdict = error instanceof TypeError || error instanceof InvariantError
      || error instanceof ThreadTaskError
      || (error instanceof AppError
        && (error.code === "PARAMETERS_INVALID" || error.code === "REQUEST_BODY_INVALID"));
    if (!isVerdict) throw error;
    log().warn({ err: error }, "ANALYSIS_NOT_RECOMPUTED");
    return null;
  }
}

/** The first kept analysis that is not what it would be now, or not what was recorded. */
export async function firstBadAnalysis(
  client: PoolClient, versionId: string, recomputed: RecomputedAnalyses,
): Promise<Defect | null> {
  for (const [id, { stored, now }] of recomputed) {
    if (stored !== now) return { id, reason: "EVIDENCE_NOT_REPRODUCED" };
  }
  return unauditedAnalysis(client, versionId);
}
