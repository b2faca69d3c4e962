"use client";

import { TraceGraph } from "@/components/ui/trail";
import type { TraceNode } from "@/components/ui/trail";
import { addressOf } from "@/lib/contract/addresses";
import { Card } from "@/components/ui/card";
import { HashText, KeyValueList } from "@/components/ui/figure";
import { bytes, moneyWithCurrency, plural, shortId, time } from "@/components/ui/format";
import { Icon } from "@/components/ui/icon";
import type { Version } from "./types";

function nodesOf(version: Version, runs: number | null): TraceNode[] {
  const { source, counts, dataset_version_id: id, consolidated } = version;
  const erased = version.status === "erased";
  const net = consolidated
    ? moneyWithCurrency(consolidated.net_exposure_after_recovery, version.base_currency) : null;
  return [
    { id: "file", kind: "File", icon: "file", title: source.name ?? (erased ? "Name erased" : "Without a name"),
      text: `${source.media_type}, ${bytes(source.bytes)}`, hash: source.sha256.slice(0, 16) },
    { id: "raw", kind: "Raw rows", icon: "table", via: "read", many: counts.raw > 1,
      title: plural(counts.raw, "row"), text: erased ? "erased, their hashes stay" : "as they are in the file",
      hash: version.content_hash?.slice(0, 16) },
    { id: "normalized", kind: "Normalized records", icon: "data", via: "mapped",
      many: counts.normalized > 1, title: plural(counts.normalized, "record"),
      text: erased ? "erased, their hashes stay" : counts.rejected > 0 ? `${plural(counts.rejected, "row")} left out` : "no row left out",
      href: version.status === "sealed" ? `/versions/${id}?view=records` : undefined },
    { id: "consolidated", kind: "Consolidated record", icon: "seal", via: "added", current: true,
      title: net ? "Net exposure" : erased ? "Erased" : "Not sealed",
      text: net ?? (erased ? "its hash stays" : "no figures yet"),
      hash: version.normalized_record_id ? shortId(version.normalized_record_id) : undefined },
    { id: "runs", kind: "Runs", icon: "run", via: "used by", many: (runs ?? 0) > 1,
      title: erased ? "Erased" : runs === null ? "-" : runs >= 50 ? "50 runs and more" : plural(runs, "run"),
      text: "evidence of stress losses",
      href: runs ? `/versions/${id}?view=runs` : undefined },
  ];
}

/** From the file to the figures, with the hash at each step. */
export function LineageView({ version, runs }: { version: Version; runs: number | null }) {
  const { source } = version;
  return (
    <div className="grid">
      <Card id="lineage" className="c12" title="Every figure leads back to the file"
        sub="File, raw rows, normalized records, one consolidated record">
        <TraceGraph nodes={nodesOf(version, runs)} />
      </Card>
      <Card id="hashes" className="c12" title="Hashes"
        tools={version.status === "erased" ? null : (
          // A file, not a page: the router must not follow it.
          <a className="btn small" download={`manifest-${shortId(version.dataset_version_id)}.json`}
            href={addressOf("getManifest", { id: version.dataset_version_id }).url}>
            <Icon name="dl" />Manifest
          </a>
        )}>
        <KeyValueList items={[
          { key: "SHA-256 of the file", value: source.sha256
            ? <HashText value={source.sha256} copy="the hash of the file" /> : "-" },
          { key: "Content hash", value: version.content_hash
            ? <HashText value={version.content_hash} copy="the content hash" />
            : "Known once the version is sealed" },
          { key: "Version id",
            value: <HashText value={version.dataset_version_id} copy="the version id" /> },
          { key: "Consolidated record", value: version.normalized_record_id
            ? <HashText value={version.normalized_record_id} copy="the record id" /> : "-" },
          { key: "Sealed", value: version.sealed_at ? time(version.sealed_at, { seconds: true })
            : "Not sealed" },
        ]} />
        <p className="hint" style={{ marginTop: "var(--s-2)" }}>
          The content hash is the Merkle root over the hashes of all raw rows and normalized
          records in the order of the file. One changed byte changes it. The manifest says what the
          version was made of; each row&apos;s proof is at its record&apos;s address with{" "}
          <code>/proof</code> behind it.
        </p>
      </Card>
    </div>
  );
}
