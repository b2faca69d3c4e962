import type { Draft } from "./draft";
import { benchAddress } from "./use-bench-url";
import type { BenchUrl } from "./use-bench-url";

export interface SharedState {
  url: BenchUrl;
  versionId: string;
  runId: string | null;
  scenarioId: string | null;
  draft: Draft;
}

/**
 * The present state with all that it leaves to chance spelled out: the version and run that are
 * newest today, and inputs that nobody has edited yet. `page` is where the workbench lives; its
 * query does not count, as it lags behind the state.
 */
export function sharedLink(page: string, state: SharedState): string {
  const { url, versionId, runId, scenarioId, draft } = state;
  const base = new URL(page);
  base.search = new URLSearchParams({ version: versionId }).toString();
  return benchAddress(base, {
    ...url, run: runId ?? url.run, scenario: scenarioId ?? url.scenario, scenarios: draft,
    net: draft.netLine, loss: draft.lossLine, netting: draft.netting,
    by: draft.groupBy.length > 0 ? [...draft.groupBy] : url.by,
  });
}
