import type { GroupColumn } from "@/lib/contract/facts";
import type { ResponseOf } from "@/lib/contract/operations";

export type Version = ResponseOf<"getVersion">;
export type VersionStatus = Version["status"];
export type Dataset = ResponseOf<"getDataset">;
export type Exposure = NonNullable<Version["consolidated"]>;
export type Quality = ResponseOf<"getQuality">;
export type RowProblem = Quality["problems"][number];
export type Instrument = ResponseOf<"listInstruments">["items"][number];

/** The columns by which a page offers to group, the most telling first. */
export const GROUP_CHOICES = [
  "sector", "country", "asset_class", "rating", "stage", "dpd_bucket", "region",
] as const satisfies readonly GroupColumn[];
export type GroupChoice = (typeof GROUP_CHOICES)[number];

const ACTIVE: readonly VersionStatus[] = ["importing", "normalizing"];

/** The server is still at work on it. */
export const isActive = (version: { status: VersionStatus }): boolean =>
  ACTIVE.includes(version.status);

/** How many normalized records of a version carry exposure. */
export const exposedRecords = ({ counts }: Pick<Version, "counts">): number =>
  counts.normalized - (counts.obligors ?? 0) - (counts.collaterals ?? 0)
  - (counts.supplements ?? 0);
