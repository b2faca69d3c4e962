"use client";

import Link from "next/link";
import { Button } from "@/components/ui/button";
import { Card } from "@/components/ui/card";
import { CopyButton } from "@/components/ui/copy-button";
import { KeyValueList, type KeyValue } from "@/components/ui/figure";
import { count, plural } from "@/components/ui/format";
import { StateText } from "@/components/ui/badge";
import { groupValue } from "@/components/dataset/words";
import type { GroupColumn } from "@/lib/contract/facts";
import { useOperation } from "@/lib/client/hooks";
import { recordHref, type RecordUses } from "./trace-words";

const hashed = (key: string, value: string): KeyValue => ({ key, hash: true,
  value: <>{value} <CopyButton text={value} what={`the ${key}`} /></> });

/** What the row is, with the hash of each form that it has. */
export function RecordFacts({ uses }: { uses: RecordUses }) {
  const { raw, normalized, file, groups, joined_to: joined, version } = uses;
  const inGroups = Object.entries(groups ?? {}).filter(([, value]) => value !== null);
  return (
    <Card id="record" title="Hashes from file to record">
      <KeyValueList items={[
        hashed("SHA-256 of the file", file.sha256),
        ...(raw ? [hashed("SHA-256 of the raw row", raw.sha256)] : []),
        ...(normalized ? [hashed("SHA-256 of the record", normalized.sha256)] : []),
        ...(raw?.source_record_id ? [{ key: "Id in the source", value: raw.source_record_id }] : []),
        ...inGroups.map(([column, value]) => ({ key: column.replaceAll("_", " "),
          value: groupValue(column as GroupColumn, value) })),
      ]} />
      {joined.length > 0 ? (
        <>
          <h3>Goes into {plural(joined.length, "loan")}</h3>
          <ul className="trace-links">
            {joined.map((loan) => (
              <li key={loan.record_id}>
                <Link href={recordHref(version.dataset_version_id, loan.record_id)}>
                  {loan.instrument_id ?? `Row ${count(loan.row)}`}
                </Link>
              </li>
            ))}
          </ul>
        </>
      ) : null}
    </Card>
  );
}

/** The row under the content hash, and the proof of it on request. */
export function PositionCard({ uses, versionId, recordId }: {
  uses: RecordUses; versionId: string; recordId: string;
}) {
  const { position, version } = uses;
  const canProve = version.status === "sealed";
  const proof = useOperation("getRecordProof", { path: { id: versionId, recordId } },
    { enabled: false });
  if (!position) return null;
  return (
    <Card id="position" title={`Leaf ${count(position.index + 1)} of ${count(position.size)}`}
      sub="Where the row stands under the content hash (RFC 9162)">
      <KeyValueList items={[hashed("Content hash", position.root)]} />
      {proof.data ? (
        <>
          <p><StateText state={proof.data.holds ? "normal" : "critical"}>
            {proof.data.holds ? `Proven by ${plural(proof.data.proof.length, "hash", "hashes")}`
              : "The stored rows no longer lead to the content hash"}
          </StateText></p>
          <ol className="code trace-proof">
            {proof.data.proof.map((hash, at) => <li key={at}>{hash}</li>)}
          </ol>
        </>
      ) : null}
      {proof.error ? <p className="hint" role="alert">{proof.error.message}</p> : null}
      {canProve ? (
        <Button icon="seal" busy={proof.isFetching} onClick={() => void proof.refetch()}>
          {proof.data ? "Prove again" : "Prove it"}
        </Button>
      ) : (
        <p className="hint">A bundle of any of its runs carries the hashes that prove it offline.</p>
      )}
    </Card>
  );
}
