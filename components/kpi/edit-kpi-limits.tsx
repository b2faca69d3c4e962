"use client";

import { useState } from "react";
import { Banner } from "@/components/ui/banner";
import { Button } from "@/components/ui/button";
import { Dialog } from "@/components/ui/dialog";
import { ErrorText, Field, TextArea } from "@/components/ui/field";
import { compactNumber } from "@/components/ui/format";
import { NumberInput } from "@/components/ui/number-input";
import { useToast } from "@/components/ui/toast";
import { useCommand } from "@/lib/client/hooks";
import { KPI_REASON_LIMIT } from "@/lib/contract/facts";
import { KPI_FACTS, KPI_NAMES, type KpiName } from "@/lib/risk";
import "./kpi.css";
import { kpiUnit } from "./kpi-words";
import { draftOf, editOf, pairProblem, type Draft, type DraftPair, type KpiSettings } from "./limits-draft";

const LARGEST = 1e9;
const LARGEST_EQUITY = 9e14;

function PairRow({ name, pair, settings, onChange }: {
  name: KpiName; pair: DraftPair; settings: KpiSettings; onChange: (pair: DraftPair) => void;
}) {
  const { label, worse } = KPI_FACTS[name];
  const { limits, defaults } = settings.kpis[name];
  const input = (which: keyof DraftPair) => (
    <NumberInput
      label={`${label}, ${which} ${worse}`}
      value={pair[which]}
      unit={kpiUnit(name)}
      min={-LARGEST}
      max={LARGEST}
      changed={pair[which] !== (limits?.[which] ?? null)}
      placeholder={defaults ? compactNumber(defaults[which]) : "None"}
      onChange={(value) => onChange({ ...pair, [which]: value })}
    />
  );
  return (
    <tr>
      <th scope="row">{label}<span className="values">bad {worse}</span></th>
      <td>{input("warning")}</td>
      <td>{input("critical")}</td>
    </tr>
  );
}

function PairTable({ draft, settings, onChange }: {
  draft: Draft; settings: KpiSettings; onChange: (draft: Draft) => void;
}) {
  return (
    <div className="table-wrap" tabIndex={0} role="region" aria-label="Limits">
      <table className="tall limits">
        <thead>
          <tr>
            <th scope="col">KPI</th><th scope="col">Warning</th><th scope="col">Critical</th>
          </tr>
        </thead>
        <tbody>
          {KPI_NAMES.map((name) => (
            <PairRow key={name} name={name} settings={settings} pair={draft.pairs[name]}
              onChange={(pair) =>
                onChange({ ...draft, pairs: { ...draft.pairs, [name]: pair } })} />
          ))}
        </tbody>
      </table>
    </div>
  );
}

const NOTHING = "Nothing has changed";
const MISSING_WHY = "Say why the limits change first";

/** Why the draft cannot be saved now. */
function reasonOf(settings: KpiSettings, draft: Draft): string | null {
  const problem = KPI_NAMES.map((name) => pairProblem(name, draft.pairs[name]))
    .find((text) => text !== null);
  if (problem) return problem;
  return Object.keys(editOf(settings, draft)).length === 0 ? NOTHING : null;
}

/** The dialog that changes limits; an edit that somebody else made meanwhile is not lost. */
export function EditKpiLimits({ settings, onClose }: {
  settings: KpiSettings; onClose: () => void;
}) {
  const toast = useToast();
  const [start, setStart] = useState(settings);
  const [draft, setDraft] = useState(() => draftOf(settings));
  const edit = useCommand("updateKpiSettings",
    ["getKpiSettings", "listKpiSettingsChanges", "getKpis", "listKpis", "listEvidence",
      "listFindings"]);
  const [why, setWhy] = useState("");
  const reason = reasonOf(start, draft) ?? (why.trim() === "" ? MISSING_WHY : null);
  const isStale = edit.error?.code === "PRECONDITION_FAILED";
  const takeCurrent = () => {
    setStart(settings);
    setDraft(draftOf(settings));
    edit.reset();
  };
  const save = () => {
    if (reason !== null || edit.isPending) return;
    edit.mutate({ path: { id: start.dataset_id }, etag: start.etag,
      body: { ...editOf(start, draft), reason: why.trim() } }, {
      onSuccess: () => {
        toast.show({ title: "The limits are saved and the newest version is judged by them" });
        onClose();
      },
    });
  };
  return (
    <Dialog
      open
      onOpenChange={(open) => open ? undefined : onClose()}
      title="Change the limits"
      sub="Empty a pair to go back to its default. Findings of before keep the limits that held."
      foot={(
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button kind="primary" busy={edit.isPending} onClick={save}
            disabledReason={isStale ? "Look at the other change first" : reason}>
            Save and judge
          </Button>
        </>
      )}
    >
      <div className="stack">
        <PairTable draft={draft} settings={start} onChange={setDraft} />
        <Field label="Tangible equity of the lender, for the Texas ratio (optional)">
          <NumberInput label="Tangible equity" value={draft.tangibleEquity}
            unit={start.base_currency} min={-LARGEST_EQUITY} max={LARGEST_EQUITY}
            onChange={(tangibleEquity) => setDraft({ ...draft, tangibleEquity })} />
        </Field>
        <Field label="Why" hint="Kept with the change and shown in reports.">
          <TextArea value={why} rows={2} maxLength={KPI_REASON_LIMIT} onChange={setWhy} />
        </Field>
        {reason && reason !== NOTHING && reason !== MISSING_WHY
          ? <ErrorText>{reason}</ErrorText> : null}
        {isStale ? (
          <Banner kind="warning" icon="warn" title="Somebody changed the limits meanwhile.">
            Nothing was saved. <Button onClick={takeCurrent}>Start from theirs</Button>
          </Banner>
        ) : null}
        {edit.error && !isStale ? (
          <ErrorText>
            {edit.error.errors[0]?.message ?? edit.error.message} Your entries are kept.
          </ErrorText>
        ) : null}
      </div>
    </Dialog>
  );
}
