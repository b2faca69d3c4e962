import type { RunParameters } from "@/lib/risk";
import { processState } from "../platform/process-state";
import type { PlannedRun } from "./run-plan";

const CAPACITY = 256;
/** A run of hundreds of scenarios is dear to keep and quick to compute beside being compared. */
const CHARACTERS = 64 * 1024;

/**
 * Runs that were replayed lately, as they were computed: sealed content never changes, so neither
 * does what follows from it. They still answer only once the database has found them equal to what
 * is stored. A run that is recorded is not kept, so that new runs pay nothing for this.
 */
const runs = () => processState("replayed-runs", () => new Map<string, PlannedRun>());

export type RunKey = string;

/** What determines a run, told apart without hashing it; starts with the version's id. */
export const runKey = (
  datasetVersionId: string, startedAt: string, parameters: RunParameters,
): RunKey => `${datasetVersionId} ${startedAt} ${JSON.stringify(parameters)}`;

/** A run that was replayed lately. */
export const replayedRun = (key: RunKey): PlannedRun | undefined => runs().get(key);

/** Keeps a run that was found to be recorded; the oldest leaves when there are many. */
export function keepReplayed(key: RunKey, run: PlannedRun): void {
  const { answer, evidence, findings, links } = run.texts;
  if (answer.length + evidence.length + findings.length + links.length > CHARACTERS) return;
  if (runs().size >= CAPACITY) runs().delete(runs().keys().next().value ?? "");
  runs().set(key, run);
}

/** Drops the runs of a version after its erasure. */
export function forgetReplayed(datasetVersionId: string): void {
  for (const key of runs().keys()) if (key.startsWith(datasetVersionId)) runs().delete(key);
}
