import { forgetResults } from "./instrument-results";
import { forgetReplayed } from "./replayed-runs";
import { forgetSealed } from "../datasets/sealed-versions";
import { forgetColumns } from "../datasets/version-columns";

/** Drops all that this process keeps of a version in memory, after its erasure. */
export function forgetVersion(versionId: string): void {
  forgetSealed(versionId);
  forgetColumns(versionId);
  forgetResults(versionId);
  forgetReplayed(versionId);
}
