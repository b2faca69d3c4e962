import type { ErrorCode } from "@/lib/contract/errors";
import type { OperationName } from "@/lib/contract/operations";
import { NOBODY, sampleOf, send, type World } from "./matrix-world";
import type { Answer } from "./api";

type Provoker = (asked: { world: World }) => Promise<Answer>;
type Provokers = { [N in OperationName]?: Partial<Record<ErrorCode, Provoker>> };

/** The sample's question, with another second side. */
const against = (name: OperationName, other: (world: World) => string): Provoker =>
  ({ world }) => {
    const { query = "", ...sample } = sampleOf(world, name);
    return send(world, name,
      { ...sample, query: query.replace(/other=[^&]*/, `other=${other(world)}`) });
  };

const ofVersions = (name: OperationName) => ({
  DATASET_VERSION_NOT_FOUND: against(name, () => NOBODY),
  DATASET_VERSION_ERASED: against(name, ({ erased }) => erased),
  NORMALIZED_RECORD_REQUIRED: against(name, ({ ingested }) => ingested),
});
const ofRuns = (name: OperationName) => ({
  RUN_NOT_FOUND: against(name, () => NOBODY),
  DATASET_VERSION_ERASED: against(name, ({ erasedRun }) => erasedRun),
});

/** What provokes the codes of comparisons. */
export const COMPARE_PROVOKERS: Provokers = {
  compareVersions: ofVersions("compareVersions"),
  listInstrumentChanges: ofVersions("listInstrumentChanges"),
  compareRuns: ofRuns("compareRuns"),
  compareRunGroups: ofRuns("compareRunGroups"),
  compareRunInstruments: ofRuns("compareRunInstruments"),
  exportRunComparison: ofRuns("exportRunComparison"),
};
