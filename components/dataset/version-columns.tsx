import Link from "next/link";
import type { DataColumn } from "@/components/table/data-table";
import { bytes, count, date, time } from "@/components/ui/format";
import type { MoneyScale } from "@/components/ui/format";
import { HashText } from "@/components/ui/figure";
import { Na } from "@/components/ui/na";
import { ProgressCell, StatusBadge } from "./status";
import { exposedRecords, isActive } from "./types";
import type { Version } from "./types";

const OPEN = "Known once the version is sealed";

/** Why there is no count, or null when there is one. */
function countReason({ status }: Version): string | null {
  if (status === "failed") return "The import failed, nothing was kept";
  if (status === "ingested") return "The rows are not normalized yet";
  return status === "sealed" || status === "erased" ? null : "Counted when the file is read";
}

function Source({ version }: { version: Version }) {
  const { name, sha256, bytes: size } = version.source;
  return (
    <span>
      {name ? <span className="long">{name}</span> : <span className="muted">Without a name</span>}
      <span className="values">
        {bytes(size)}{sha256 ? <>, <HashText value={sha256} short /></> : null}
      </span>
    </span>
  );
}

function State({ version }: { version: Version }) {
  if (isActive(version)) {
    return (
      <span className="row wrap">
        <StatusBadge status={version.status} /><ProgressCell version={version} />
      </span>
    );
  }
  return (
    <span>
      <StatusBadge status={version.status} />
      {version.failure ? (
        <span className="values"><span className="long">{version.failure.message}</span></span>
      ) : null}
    </span>
  );
}

const rows = (id: string, header: string, read: (version: Version) => number):
DataColumn<Version> => ({
  id, header, number: true, sortValue: read,
  cell: (version) => {
    const reason = countReason(version);
    return reason ? <Na reason={reason} /> : count(read(version));
  },
});

/** Columns of a table of versions. */
export function versionColumns(scale: MoneyScale): DataColumn<Version>[] {
  const amount = (id: string, header: string, key: "total_outstanding" |
  "net_exposure_after_recovery"): DataColumn<Version> => ({
    id, header, unit: scale.label, number: true,
    sortValue: (version) => version.consolidated?.[key],
    cell: (version) => (version.consolidated
      ? <Link className="fig-link" href={`/versions/${version.dataset_version_id}#exposure`}>
          {scale.format(version.consolidated[key])}</Link>
      : <Na reason={version.status === "erased" ? "The version was erased" : OPEN} />),
  });
  return [
    { id: "number", header: "Version", fixed: true, sortValue: (version) => version.number,
      cell: (version) =>
        <Link href={`/versions/${version.dataset_version_id}`}>v{version.number}</Link> },
    { id: "status", header: "Status", cell: (version) => <State version={version} /> },
    { id: "as_of", header: "As of", sortValue: (version) => version.as_of,
      cell: (version) => (version.as_of ? date(version.as_of)
        : <Na reason="The tape was imported without an as-of date" />) },
    { id: "source", header: "Source file", cell: (version) => <Source version={version} /> },
    rows("normalized", "Records", exposedRecords),
    rows("rejected", "Left out", (version) => version.counts.rejected),
    rows("warnings", "Remarks", (version) => version.counts.warnings),
    amount("outstanding", "Outstanding", "total_outstanding"),
    amount("net", "Net exposure", "net_exposure_after_recovery"),
    { id: "sealed", header: "Sealed", sortValue: (version) => version.sealed_at,
      cell: (version) => (version.sealed_at ? time(version.sealed_at)
        : <Na reason={version.status === "failed" ? "The import failed" : "Not sealed yet"} />) },
    { id: "by", header: "By", sortValue: (version) => version.created_by,
      cell: (version) => version.created_by },
  ];
}
