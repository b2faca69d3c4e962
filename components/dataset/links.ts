import type { GroupColumn } from "@/lib/contract/facts";

/** The workbench with this version, and with this scenario selected. */
export function workbenchHref(versionId: string, scenarioId?: string): string {
  const query = new URLSearchParams({ version: versionId });
  if (scenarioId) query.set("scenario", scenarioId);
  return `/workbench?${query.toString()}`;
}

/** How the records operation names what is not given. */
export const NOT_GIVEN = "null";

/** The records of one segment, within another where it is of two; null is what is not given. */
export function recordsHref(
  versionId: string, column: GroupColumn, value: string | null,
  within?: { column: GroupColumn; value: string | null } | null,
): string {
  const query = new URLSearchParams({ view: "records", [column]: value ?? NOT_GIVEN });
  if (within) query.set(within.column, within.value ?? NOT_GIVEN);
  return `/versions/${versionId}?${query.toString()}`;
}

/** The table of a version's segments. */
export const SEGMENT_TABLE = "segment-table";

/** The exposure by a column, every segment of it in the table. */
export const groupingHref = (versionId: string, column: GroupColumn): string =>
  `/versions/${versionId}?by=${column}#${SEGMENT_TABLE}`;

export const qualityHref = (versionId: string): string => `/versions/${versionId}?view=quality`;
