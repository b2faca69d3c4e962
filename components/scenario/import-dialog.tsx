"use client";

import "./scenario.css";
import { useMemo, useState } from "react";
import { Badge } from "@/components/ui/badge";
import { Button } from "@/components/ui/button";
import { Dialog } from "@/components/ui/dialog";
import { ErrorText } from "@/components/ui/field";
import { plural } from "@/components/ui/format";
import { useToast } from "@/components/ui/toast";
import { useCommand } from "@/lib/client/hooks";
import type { ApiError } from "@/lib/client/api";
import type { BodyInputOf, ResponseOf } from "@/lib/contract/operations";
import { SCENARIO_FILE, SCENARIO_NAME_LIMIT } from "@/lib/contract/facts";
import { PasteField } from "./paste-field";
import { readPasted, type Pasted } from "./pasted-scenarios";
import { memberWords } from "./scenario-words";

type File = BodyInputOf<"importScenarios">;
type Trial = ResponseOf<"importScenarios">;
type Item = Trial["items"][number];

const MOST_BYTES = 4 * 1024 ** 2;

const ACTIONS: Record<Item["action"], string> = {
  create: "New", new_version: "New version", unchanged: "Already there", refused: "Id is taken",
};

function outcome(item: Item): string {
  if (item.action === "create") return "Comes in as a draft, version 1.";
  if (item.action === "unchanged") return "Equals the latest version; nothing is done.";
  return `Differs from the latest version in ${memberWords(item.differences)}.`;
}

function Preview({ trial }: { trial: Trial }) {
  return (
    <ul className="import-list" aria-label="What the import would do">
      {trial.items.map((item) => (
        <li key={item.scenario_id}>
          <span className="row wrap">
            <b>{item.name}</b> <span className="mono">{item.scenario_id}</span>
            <Badge state={item.action === "refused" ? "warning"
              : item.action === "unchanged" ? "unknown" : "normal"}>{ACTIONS[item.action]}</Badge>
          </span>
          <span className="hint">{outcome(item)}</span>
        </li>
      ))}
    </ul>
  );
}

function Problems({ error }: { error: ApiError }) {
  const errors = error.errors.length > 0 ? error.errors : [{ path: "", message: error.message }];
  return (
    <div role="alert" className="stack">
      <p><b>Nothing was imported.</b> Correct the file and choose it again.</p>
      <ul className="import-list" aria-label="Problems of the file">
        {errors.slice(0, 20).map(({ path, message }, index) => (
          <li key={index}><span>{message}</span>{path ? <span className="mono hint">{path}</span>
            : null}</li>
        ))}
      </ul>
      {errors.length > 20 ? <p className="hint">And {errors.length - 20} more.</p> : null}
    </div>
  );
}

/** A file as JSON, or what is wrong with it. */
async function read(file: globalThis.File): Promise<File | string> {
  if (file.size > MOST_BYTES) return `${file.name} is larger than 4 MB, which no scenario file is.`;
  try {
    const value: unknown = JSON.parse(await file.text());
    return typeof value === "object" && value !== null && !Array.isArray(value) ? value as File
      : `${file.name} is no scenario file: it must hold one object with "scenarios".`;
  } catch {
    return `${file.name} is no JSON. Choose a file that was exported from a scenario library.`;
  }
}

/** Pasted scenarios as a file of them. */
const fileOf = (scenarios: Pasted["scenarios"]): File => ({ ...SCENARIO_FILE,
  scenarios: scenarios.map(({ name, scenario }) =>
    ({ ...scenario, name: name.slice(0, SCENARIO_NAME_LIMIT) })) });

function useImport(onClose: () => void) {
  const toast = useToast();
  const [file, setFile] = useState<File | null>(null);
  const [text, setText] = useState("");
  const [unreadable, setUnreadable] = useState<string | null>(null);
  const trial = useCommand("importScenarios");
  const load = useCommand("importScenarios",
    ["listScenarios", "getScenario", "listScenarioVersions"]);
  async function choose(chosen: globalThis.File | undefined) {
    if (!chosen) return;
    setText("");
    trial.reset();
    load.reset();
    const body = await read(chosen);
    setUnreadable(typeof body === "string" ? body : null);
    setFile(typeof body === "string" ? null : body);
    if (typeof body !== "string") trial.mutate({ body, query: { dry_run: "true" } });
  }
  const pasted = useMemo(() => readPasted(text), [text]);
  function paste(next: string) {
    setText(next);
    trial.reset();
    load.reset();
    setUnreadable(null);
    const { scenarios, problems } = readPasted(next);
    const body = scenarios.length > 0 && problems.length === 0 ? fileOf(scenarios) : null;
    setFile(body);
    if (body) trial.mutate({ body, query: { dry_run: "true" } });
  }
  function take(existing: "refuse" | "new_version") {
    if (file === null || load.isPending) return;
    load.mutate({ body: file, query: { existing } }, { onSuccess: ({ items }) => {
      const done = items.filter(({ action }) => action !== "unchanged").length;
      toast.show({ title: `${plural(done, "scenario")} imported as ${done === 1 ? "a draft"
        : "drafts"}` });
      onClose();
    } });
  }
  return { trial, load, unreadable, choose, take, text, pasted, paste };
}

/** Takes a file or pasted cells, shows what it would do, and takes all of it or nothing. */
export function ImportDialog({ onClose }: { onClose: () => void }) {
  const { trial, load, unreadable, choose, take, text, pasted, paste } = useImport(onClose);
  const items = trial.data?.items ?? [];
  const taken = items.filter(({ action }) => action === "refused").length;
  const useful = items.filter(({ action }) => action !== "unchanged").length;
  const reason = !trial.data ? "Choose a file or paste cells first"
    : useful === 0 ? "The library has all of it already" : null;
  return (
    <Dialog open size="wide" onOpenChange={(open) => open ? undefined : onClose()}
      title="Import scenarios" sub="Each comes in as a draft that somebody approves here."
      foot={(
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button kind="primary" busy={load.isPending} disabledReason={reason}
            onClick={() => take(taken > 0 ? "new_version" : "refuse")}>
            {taken > 0 ? `Import, ${plural(taken, "new version")} among them` : "Import"}
          </Button>
        </>
      )}>
      <div className="stack">
        <div className="field">
          <label htmlFor="scenario-file">Scenario file (JSON)</label>
          <input id="scenario-file" type="file" accept="application/json,.json"
            onChange={(event) => void choose(event.target.files?.[0])} />
        </div>
        <PasteField text={text} pasted={pasted} onChange={paste} />
        {unreadable ? <ErrorText>{unreadable}</ErrorText> : null}
        {trial.isPending ? <p className="hint" role="status">Checking the file</p> : null}
        {trial.error ? <Problems error={trial.error} /> : null}
        {trial.data ? <Preview trial={trial.data} /> : null}
        {load.error ? <Problems error={load.error} /> : null}
      </div>
    </Dialog>
  );
}
