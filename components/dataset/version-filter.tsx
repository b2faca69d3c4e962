"use client";

import { parseAsString, useQueryStates } from "nuqs";
import { Select } from "@/components/ui/field";
import { date } from "@/components/ui/format";
import { useOperation } from "@/lib/client/hooks";
import { statusWord } from "./status";

const FILTER = { dataset: parseAsString, of: parseAsString };

/** Which dataset, or which version of it, a list is about; it stands in the address. */
export function useVersionFilter() {
  const [{ dataset, of }, setFilter] = useQueryStates(FILTER, { history: "push" });
  return {
    dataset, of, isSet: dataset !== null || of !== null,
    /** For the list's operation. */
    query: {
      ...(dataset ? { dataset_id: dataset } : {}), ...(of ? { dataset_version_id: of } : {}),
    },
    choose: (next: { dataset?: string | null; of?: string | null }) => void setFilter(next),
    clear: () => void setFilter({ dataset: null, of: null }),
  };
}

/** The address of a list about one version. */
export const versionFilterQuery = (datasetId: string, versionId: string): string =>
  new URLSearchParams({ dataset: datasetId, of: versionId }).toString();

interface VersionFilterProps {
  filter: ReturnType<typeof useVersionFilter>;
}

/** The version can be chosen once the dataset is. */
export function VersionFilter({ filter }: VersionFilterProps) {
  const { dataset, of, choose } = filter;
  const datasets = useOperation("listDatasets", { query: { limit: 1000 } });
  const versions = useOperation("listVersions",
    { query: { dataset_id: dataset ?? "", limit: 1000 } }, { enabled: dataset !== null });
  return (
    <>
      <Select aria-label="Dataset" placeholder="Every dataset" value={dataset ?? ""}
        options={(datasets.data?.items ?? []).map((one) =>
          ({ value: one.dataset_id, label: one.name }))}
        onChange={(next) => choose({ dataset: next || null, of: null })} />
      {dataset === null ? null : (
        <Select aria-label="Dataset version" placeholder="Every version" value={of ?? ""}
          options={(versions.data?.items ?? []).map((version) => ({
            value: version.dataset_version_id,
            label: `v${version.number}${version.as_of ? `, as of ${date(version.as_of)}` : ""}`
              + (version.status === "sealed" ? "" : `, ${statusWord(version.status).toLowerCase()}`),
          }))}
          onChange={(next) => choose({ of: next || null })} />
      )}
    </>
  );
}
