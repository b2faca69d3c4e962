import type { BodyOf } from "@/lib/contract/operations";
import { assert } from "@/lib/kernel/assert";
import { normalizeTimestamp } from "@/lib/kernel/dates";
import { canonicalParameters } from "@/lib/risk";
import { AppError } from "../platform/app-error";
import { sourceOf } from "../audit/audit";
import type { Context } from "../platform/caller";
import { isDatabaseGone, sqlState } from "../db/database";
import type { RunConflict } from "../db/run-statement";
import { instrumentHashesFor } from "../stress/instrument-hashes";
import { haltError, isHalt } from "../controls/kill-switch";
import { log } from "../platform/log";
import { noteConflict, noteRun } from "../platform/metrics";
import { keepReplayed, replayedRun, runKey } from "../stress/replayed-runs";
import { groupsFor } from "./run-groups";
import { planRun, writePlan } from "../stress/run-plan";
import { recordRun } from "./run-recorder";
import { forgetVersion } from "../stress/forget-version";
import { sealedVersion } from "../datasets/sealed-versions";
import { nettedFor } from "../stress/segmented-versions";
import { isStorageFull } from "../platform/storage";

const NOT_SEALED_ANY_MORE = "TS003";
const CONFLICT_CODES = {
  evidence_id_collision: "EVIDENCE_ID_COLLISION",
  evidence_payload_mismatch: "IMMUTABLE_EVIDENCE_MISMATCH",
  finding_id_collision: "FINDING_ID_COLLISION",
  finding_payload_mismatch: "IMMUTABLE_FINDING_MISMATCH",
  link_mismatch: "IMMUTABLE_LINK_MISMATCH",
} as const;

/**
 * Runs the engine and records its evidence, or finds that it is recorded and still equal.
 * @returns the answer as JSON text
 */
export async function runEngine(
  context: Context, body: BodyOf<"runEngine">,
): Promise<{ text: string; replayed: boolean }> {
  const startedAt = normalizeTimestamp(body.started_at);
  assert(startedAt.ok, "the contract lets well-formed times through only");
  const parameters = canonicalParameters(body.parameters);
  if (!parameters.ok) {
    throw new AppError("PARAMETERS_INVALID",
      { message: parameters.error[0]?.message ?? "", errors: parameters.error });
  }
  const sealed = await sealedVersion(body.dataset_version_id);
  try {
    const key = runKey(sealed.datasetVersionId, startedAt.value, parameters.value);
    const known = replayedRun(key);
    const { netting, stress_scenarios: scenarios } = parameters.value;
    const run = known ?? writePlan(planRun(sealed,
      await nettedFor(sealed, netting, scenarios), startedAt.value, parameters.value,
      await groupsFor(sealed.datasetVersionId, parameters.value),
      await instrumentHashesFor(sealed.datasetVersionId, parameters.value)));
    const outcome = await recordRun({ ...run, isKnown: known !== undefined,
      source: sourceOf(context) });
    noteRun(outcome.conflict ? "conflict" : outcome.replayed ? "replayed" : "recorded");
    if (outcome.conflict) {
      await lookAgain(sealed.datasetVersionId);
      throw conflict(outcome.conflict, sealed.datasetVersionId);
    }
    if (outcome.replayed && !known) keepReplayed(key, run);
    return { text: run.texts.answer, replayed: outcome.replayed };
  } catch (error) {
    if (error instanceof AppError || isDatabaseGone(error) || isStorageFull(error)) throw error;
    if (isHalt(error)) throw await haltError();
    if (sqlState(error) === NOT_SEALED_ANY_MORE) await lookAgain(sealed.datasetVersionId);
    log().error({ err: error }, "ENGINE_RUN_FAILED");
    throw new AppError("ENGINE_RUN_FAILED", { cause: error });
  }
}

/** Another process may have erased the version that is cached here. @throws AppError then */
async function lookAgain(versionId: string): Promise<void> {
  forgetVersion(versionId);
  await sealedVersion(versionId);
}

function conflict(found: RunConflict, versionId: string): AppError {
  const noun = found.reason.split("_")[0];
  noteConflict(found.reason);
  log().warn("DISTRESSED_DEBT_IMMUTABLE_CONFLICT " +
    `${found.reason} ${noun}_id=${found.id} dataset_version_id=${versionId}`);
  return new AppError(CONFLICT_CODES[found.reason], {
    message: `The stored ${noun} ${found.id} is not what the engine computes. Nothing was written.`,
  });
}
