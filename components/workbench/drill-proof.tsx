"use client";

import Link from "next/link";
import { useCommand, useOperation } from "@/lib/client/hooks";
import { Badge } from "@/components/ui/badge";
import { Button } from "@/components/ui/button";
import { HashText, RawRecord } from "@/components/ui/figure";
import { count, shortId, time } from "@/components/ui/format";
import { ErrorState, SkeletonStack } from "@/components/ui/states";
import { defectInWords, namedRecord } from "@/components/evidence/evidence-words";
import type { DrillState } from "./drill-state";
import { splitInstrument } from "./drill-instruments";
import { Collaterals } from "@/components/dataset/related-records";
import { cellsOf, tableRowOf } from "@/components/dataset/table-row";
import { payloadFields, portfolioItems, recordFields } from "./payload";

/** The verdict over the version's whole evidence, in words. */
function Verdict({ command }: { command: ReturnType<typeof useCommand<"verifyEvidence">> }) {
  const { data, error } = command;
  if (error) {
    return (
      <ErrorState what="The evidence could not be verified." todo="Try again."
        requestId={error.requestId} />
    );
  }
  if (!data) return null;
  if (data.ok) {
    return (
      <p className="hint">
        <Badge state="normal">Verified</Badge>{" "}
        {count(data.checked)} records of this version recomputed, all equal.
      </p>
    );
  }
  return (
    <p className="hint">
      <Badge state="critical">Not intact</Badge>{" "}
      {data.first_bad ? namedRecord(data.first_bad.reason).noun : "Record"}{" "}
      <span className="mono">{shortId(data.first_bad?.id)}</span>:{" "}
      {data.first_bad ? defectInWords(data.first_bad.reason) : "reason not given"}.
    </p>
  );
}

export function EvidenceStep({ drill }: { drill: DrillState }) {
  const { evidenceId, versionId } = drill;
  const evidence = useOperation("getEvidence", { path: { id: evidenceId ?? "" } },
    { enabled: evidenceId !== null, staleTime: Infinity });
  const verify = useCommand("verifyEvidence");
  if (evidenceId === null) {
    return (
      <p className="hint">
        <Badge state="preview">Not recorded: preview</Badge> Run and record to keep it as evidence.
      </p>
    );
  }
  return (
    <>
      <p className="hint">
        <Link className="mono" href={`/evidence/${evidenceId}`} data-tip={evidenceId}>
          {evidenceId.slice(0, 18)}
        </Link>
        {evidence.data ? ` recorded ${time(evidence.data.created_at)}` : ""}
      </p>
      {evidence.isPending ? <SkeletonStack lines={1} label="Loading evidence" /> : null}
      {evidence.data ? (
        <p className="hint">sha256 <HashText value={evidence.data.sha256} /></p>
      ) : null}
      {evidence.error ? (
        <ErrorState what="The evidence could not be read." requestId={evidence.error.requestId}
          action={<Button small onClick={() => void evidence.refetch()}>Try again</Button>} />
      ) : null}
      <Verdict command={verify} />
      {verify.data?.ok ? null : (
        <Button small icon="seal" busy={verify.isPending}
          onClick={() => verify.mutate({ body: { dataset_version_id: versionId } })}>
          Verify
        </Button>
      )}
    </>
  );
}

/** The record of the chosen instrument, shared by formula, normalized and raw step. */
export function useChosenRecord(drill: DrillState) {
  const chosen = splitInstrument(drill.instrument);
  const answer = useOperation("getRecord",
    { path: { id: drill.versionId, recordId: chosen?.recordId ?? "" } },
    { enabled: chosen !== null, staleTime: Infinity });
  return { chosen, answer };
}

export type ChosenRecord = ReturnType<typeof useChosenRecord>;

const CHOOSE = "Choose an instrument in step 2.";

function Waiting({ record }: { record: ChosenRecord }) {
  if (!record.chosen) return <p className="hint">{CHOOSE}</p>;
  if (record.answer.isError) {
    const { error } = record.answer;
    const isGone = error.code === "RECORD_NOT_FOUND";
    return (
      <ErrorState
        what={isGone ? "This version has no such record." : "The record could not be read."}
        requestId={isGone ? null : error.requestId}
        action={isGone ? null
          : <Button small onClick={() => void record.answer.refetch()}>Try again</Button>}
      />
    );
  }
  return <SkeletonStack lines={3} label="Loading the record" />;
}

export function NormalizedStep({ record }: { record: ChosenRecord }) {
  const { chosen, answer } = record;
  if (!chosen || !answer.data) return <Waiting record={record} />;
  const normalized = answer.data.normalized;
  if (!normalized) return <p className="hint">The row was not normalized.</p>;
  const part = portfolioItems(normalized.payload).find((item) => item.id === chosen.part);
  return (
    <>
      <RawRecord label="Normalized record"
        fields={part?.fields ?? recordFields(normalized.payload)} />
      <p className="hint">sha256 <HashText value={normalized.sha256} short copy="the hash" /></p>
      {answer.data.collaterals.length > 0
        ? <Collaterals quiet records={answer.data.collaterals} /> : null}
    </>
  );
}

export function RawStep({ record }: { record: ChosenRecord }) {
  const { chosen, answer } = record;
  if (!chosen || !answer.data) return <Waiting record={record} />;
  const raw = answer.data.raw;
  if (!raw) return <p className="hint">The raw row is not kept any more.</p>;
  return (
    <>
      <RawRecord label="Raw row" fields={payloadFields(cellsOf(raw.payload))} />
      <p className="hint">sha256 <HashText value={raw.sha256} short copy="the hash" /></p>
    </>
  );
}

/** "tape_2026-10.csv, row 3,218" */
export function rawNote(drill: DrillState, record: ChosenRecord): string {
  const raw = record.answer.data?.raw;
  if (!record.chosen || !raw) return "";
  const { row } = raw;
  const place = tableRowOf(raw.payload);
  if (place) return `${place.table}, line ${count(place.line)}`;
  const source = drill.version.source.name ?? drill.version.source_system ?? "source";
  return `${source}, row ${count(row)}`;
}
