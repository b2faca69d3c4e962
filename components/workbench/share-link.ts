import { encodeScenarios, parseAsLine } from "./draft-url";
import type { Draft } from "./draft";

export interface SharedState {
  versionId: string;
  runId: string | null;
  scenarioId: string | null;
  draft: Draft;
}

/**
 * The present address with all that it leaves to chance spelled out: the version and run that are
 * newest today, and scenarios that nobody has edited yet.
 */
export function sharedLink(address: string, state: SharedState): string {
  const url = new URL(address);
  const { searchParams: query } = url;
  query.set("version", state.versionId);
  if (state.runId) query.set("run", state.runId);
  if (state.scenarioId) query.set("scenario", state.scenarioId);
  query.set("scenarios", encodeScenarios(state.draft));
  query.set("net", parseAsLine.serialize(state.draft.netLine));
  query.set("loss", parseAsLine.serialize(state.draft.lossLine));
  return url.toString();
}
