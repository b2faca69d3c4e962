"use client";

import { useState } from "react";
import { roleReason, useMe } from "@/components/shell/me";
import { Banner } from "@/components/ui/banner";
import { Button } from "@/components/ui/button";
import { Dialog } from "@/components/ui/dialog";
import { ErrorText, Field, Select } from "@/components/ui/field";
import { date, plural } from "@/components/ui/format";
import { NumberInput } from "@/components/ui/number-input";
import { SkeletonStack } from "@/components/ui/states";
import { useToast } from "@/components/ui/toast";
import { useCommand, useOperation } from "@/lib/client/hooks";
import type { ResponseOf } from "@/lib/contract/operations";
import { RETENTION_MODES, type RetentionMode } from "@/lib/contract/facts";
import { Refusal } from "./refusal";

type Retention = ResponseOf<"getRetention">;
type Draft = Pick<Retention, "mode" | "keep_newest" | "keep_months">;

const MODES: Record<RetentionMode, string> = {
  off: "Keep everything", propose: "Only tell what would be erased",
  erase: "Erase what is beyond the rule",
};
const SHOWN = 8;

const draftOf = ({ mode, keep_newest, keep_months }: Retention): Draft =>
  ({ mode, keep_newest, keep_months });

/** What the limits as they stand in the dialog would erase. */
function Preview({ datasetId, draft }: { datasetId: string; draft: Draft }) {
  const { keep_newest: newest, keep_months: months } = draft;
  const isLimited = newest !== null || months !== null;
  const query = useOperation("previewRetention", { path: { id: datasetId }, query: {
    ...(newest === null ? {} : { keep_newest: newest }),
    ...(months === null ? {} : { keep_months: months }) } },
  { enabled: isLimited, placeholderData: (before) => before });
  if (!isLimited) return <p className="hint">Give at least one limit to see what is beyond it.</p>;
  if (query.error) {
    return <Refusal error={query.error} what="The preview could not be read."
      onRetry={() => void query.refetch()} />;
  }
  if (!query.data) return <SkeletonStack lines={3} label="Looking for versions beyond the rule" />;
  const { items, kept } = query.data;
  const open = items.filter((one) => !one.is_held);
  const held = items.length - open.length;
  return (
    <div className="stack" id="retention-preview" role="status">
      <b>{open.length === 0 ? "Nothing is beyond these limits"
        : `${plural(open.length, "version is", "versions are")} beyond these limits, ${kept} stay`}
      </b>
      {open.length > 0 ? (
        <ul className="plain-list">
          {open.slice(0, SHOWN).map((one) => (
            <li key={one.dataset_version_id}>
              v{one.number}, {one.as_of ? `as of ${date(one.as_of)}` : date(one.created_at)}
              {one.runs > 0 ? `, ${plural(one.runs, "run")} whose hashes stay` : ""}
            </li>
          ))}
          {open.length > SHOWN ? <li>and {open.length - SHOWN} more</li> : null}
        </ul>
      ) : null}
      {held > 0 ? <span className="hint">{plural(held, "version is", "versions are")} kept by
        a legal hold.</span> : null}
    </div>
  );
}

function problemOf(draft: Draft, start: Retention): string | null {
  if (draft.mode !== "off" && draft.keep_newest === null && draft.keep_months === null) {
    return "Give at least one limit first";
  }
  return draft.mode === start.mode && draft.keep_newest === start.keep_newest
    && draft.keep_months === start.keep_months ? "Nothing has changed" : null;
}

function Limits({ draft, onChange }: { draft: Draft; onChange: (draft: Draft) => void }) {
  return (
    <>
      <Field label="What happens to older versions">
        <Select value={draft.mode}
          options={RETENTION_MODES.map((mode) => ({ value: mode, label: MODES[mode] }))}
          onChange={(mode) => onChange({ ...draft, mode: mode as RetentionMode })} />
      </Field>
      <Field label="Newest sealed versions that stay" hint="Empty: the newest one">
        <NumberInput label="Newest sealed versions that stay" value={draft.keep_newest} min={1}
          max={10_000} decimals={0} placeholder="1"
          onChange={(value) => onChange({ ...draft, keep_newest: value })} />
      </Field>
      <Field label="Months that every version stays" hint="Counted from its import">
        <NumberInput label="Months that every version stays" value={draft.keep_months} min={1}
          max={1200} decimals={0} placeholder="No limit" unit="months"
          onChange={(value) => onChange({ ...draft, keep_months: value })} />
      </Field>
    </>
  );
}

function Editor({ current, onClose }: { current: Retention; onClose: () => void }) {
  const toast = useToast();
  const [start, setStart] = useState(current);
  const [draft, setDraft] = useState(draftOf(current));
  const edit = useCommand("updateRetention", ["getRetention", "previewRetention"]);
  const isStale = edit.error?.code === "PRECONDITION_FAILED";
  const reason = roleReason(useMe(), "ADMIN")
    ?? (isStale ? "Look at the other change first" : problemOf(draft, start));
  const save = () => {
    if (reason !== null || edit.isPending) return;
    edit.mutate({ path: { id: start.dataset_id }, etag: start.etag, body: draft }, {
      onSuccess: () => {
        toast.show({ title: "The retention rule is saved" });
        onClose();
      },
    });
  };
  return (
    <Dialog open onOpenChange={(open) => (open ? undefined : onClose())} size="narrow"
      title="How long are versions kept?"
      sub="A version stays while one of the limits keeps it. The job “Apply retention rules” does the rest."
      foot={(
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button kind="primary" type="submit" form="retention" busy={edit.isPending}
            disabledReason={reason}>Save</Button>
        </>
      )}>
      <form id="retention" className="stack" onSubmit={(event) => {
        event.preventDefault();
        save();
      }}>
        <Limits draft={draft} onChange={setDraft} />
        <Preview datasetId={start.dataset_id} draft={draft} />
        {isStale ? (
          <Banner kind="warning" icon="warn" title="Somebody changed this meanwhile.">
            Nothing was saved. The rule is now “{MODES[current.mode]}”.{" "}
            <Button onClick={() => {
              setStart(current);
              setDraft(draftOf(current));
              edit.reset();
            }}>Start from that</Button>
          </Banner>
        ) : null}
        {edit.error && !isStale ? (
          <ErrorText>{edit.error.errors[0]?.message ?? edit.error.message}</ErrorText>
        ) : null}
      </form>
    </Dialog>
  );
}

/** The dialog for a dataset's retention rule. */
export function RetentionDialog({ datasetId, onClose }: {
  datasetId: string; onClose: () => void;
}) {
  const query = useOperation("getRetention", { path: { id: datasetId } });
  if (query.data) return <Editor current={query.data} onClose={onClose} />;
  return (
    <Dialog open onOpenChange={(open) => (open ? undefined : onClose())} size="narrow"
      title="How long are versions kept?" foot={<Button onClick={onClose}>Close</Button>}>
      {query.error ? (
        <Refusal error={query.error} what="The rule could not be read."
          onRetry={() => void query.refetch()} />
      ) : <SkeletonStack lines={5} label="Loading the rule" />}
    </Dialog>
  );
}
