import type { ResponseOf } from "@/lib/contract/operations";

type Version = ResponseOf<"getVersion">;

export interface VersionGroup {
  /** The dataset's. */
  id: string;
  name: string;
  currency: string;
  versions: Version[];
}

/** "Southern Europe v14 2026-10-31 sealed", as one may type parts of it. */
export const versionWords = (version: Version): string =>
  [version.dataset_name, `v${version.number}`, version.as_of, version.status,
    version.dataset_version_id].join(" ").toLowerCase();

export function matchesWords(text: string, query: string): boolean {
  return query.toLowerCase().split(/\s+/).every((word) => text.includes(word));
}

/** Versions by dataset, in the order in which the datasets first occur. */
export function groupVersions(versions: readonly Version[], filter = ""): VersionGroup[] {
  const groups = new Map<string, VersionGroup>();
  for (const version of versions) {
    if (!matchesWords(versionWords(version), filter)) continue;
    const { dataset_id: id, dataset_name: name, base_currency: currency } = version;
    const group = groups.get(id) ?? { id, name, currency, versions: [] };
    group.versions.push(version);
    groups.set(id, group);
  }
  return [...groups.values()];
}
