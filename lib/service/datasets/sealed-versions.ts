import { exposureOf, exposureWarnings, totalsFromJson, type DebtExposure } from "@/lib/risk";
import { assert } from "@/lib/kernel/assert";
import { findSealed, type VersionRow } from "./datasets";
import { fxSource } from "./version-money";
import { processState } from "../platform/process-state";

/** What a run needs of a sealed version. Sealed content never changes, so it may be cached. */
export type SealedVersion = {
  datasetVersionId: string;
  exposure: DebtExposure;
  warnings: string[];
  baseCurrency: string;
  fxSource: string | null;
  normalizedRecordId: string;
  rawRecordId: string;
};

const CAPACITY = 1000;
const cache = () => processState("sealed-versions", () => new Map<string, SealedVersion>());

/** Loads a sealed version's inputs; the oldest entry leaves when the cache is full. */
export async function sealedVersion(versionId: string): Promise<SealedVersion> {
  const id = versionId.toLowerCase();
  const known = cache().get(id);
  if (known) return known;
  const sealed = sealedFrom(await findSealed(id));
  if (cache().size >= CAPACITY) cache().delete(cache().keys().next().value ?? "");
  cache().set(sealed.datasetVersionId, sealed);
  return sealed;
}

/** What a run needs, read anew from a sealed version's row. */
export function sealedFrom(row: VersionRow): SealedVersion {
  const totals = totalsFromJson(row.consolidated);
  assert(totals.ok, `version ${row.id} is sealed without totals`);
  assert(row.consolidatedRecordId && row.reportRawRecordId, `version ${row.id} lacks record ids`);
  return {
    datasetVersionId: row.id,
    exposure: exposureOf(totals.value),
    warnings: [...exposureWarnings(totals.value), ...((row.warnings ?? []) as string[])],
    baseCurrency: row.dataset.baseCurrency,
    fxSource: fxSource(row),
    normalizedRecordId: row.consolidatedRecordId,
    rawRecordId: row.reportRawRecordId,
  };
}

/** Drops a version from the cache. */
export const forgetSealed = (versionId: string): void => { cache().delete(versionId); };
