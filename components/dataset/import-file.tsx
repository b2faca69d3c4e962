"use client";

import { useState } from "react";
import { parseAsStringLiteral, useQueryState } from "nuqs";
import { Button } from "@/components/ui/button";
import { Card } from "@/components/ui/card";
import { Field, Select, TextArea } from "@/components/ui/field";
import { bytes, count, plural } from "@/components/ui/format";
import { Icon } from "@/components/ui/icon";
import { Segmented } from "@/components/ui/segmented";
import { Skeleton, SkeletonStack } from "@/components/ui/states";
import { useOperation } from "@/lib/client/hooks";
import { DraftFields } from "./create-dataset";
import { Refusal } from "./refusal";
import { fileFromText } from "./tape-file";
import type { Tape } from "./tape-file";
import { NEW_DATASET } from "./use-import";
import type { Import } from "./use-import";
import "./import.css";

const ACCEPT = ".csv,.tsv,.txt,.tab,.json,text/csv,text/tab-separated-values,application/json";
const SOURCES = ["file", "paste"] as const;
const DELIMITERS: Record<string, string> = { ",": "comma", ";": "semicolon", "\t": "tab" };

export const delimiterWord = (delimiter: string): string => DELIMITERS[delimiter] ?? delimiter;

function Chosen({ tape }: { tape: Tape }) {
  const facts: [string, string][] = tape.kind === "csv" ? [
    ["Size", bytes(tape.body.size)],
    ["Columns", count(tape.preview.headers.length)],
    ["Separated by", delimiterWord(tape.preview.delimiter)],
    ["Encoding", tape.preview.encoding.toUpperCase()],
  ] : [
    ["Size", bytes(tape.body.size)], ["Records", count(tape.json.records)], ["Format", "JSON"],
  ];
  return (
    <dl className="import-facts">
      {facts.map(([name, value]) => <div key={name}><dt>{name}</dt><dd>{value}</dd></div>)}
    </dl>
  );
}

function DropZone({ flow }: { flow: Import }) {
  const [over, setOver] = useState(false);
  const { tape, reading } = flow;
  return (
    <label
      className="drop"
      data-over={over || undefined}
      onDragEnter={() => setOver(true)}
      onDragLeave={() => setOver(false)}
      onDrop={() => setOver(false)}
    >
      <Icon name={tape ? "file" : "upload"} />
      <b>{reading ? `Looking at ${reading}` : tape ? tape.name : "Drop a tape here, or choose one"}</b>
      {reading ? <Skeleton width="40%" /> : tape ? <Chosen tape={tape} />
        : <span className="hint">CSV or TSV with a line of heads, up to 20 GB; JSON up to 64 MB</span>}
      {tape ? <span className="hint">Drop or choose another one to replace it</span> : null}
      <input
        type="file"
        accept={ACCEPT}
        aria-label="Choose a tape"
        onChange={(event) => {
          const file = event.target.files?.[0];
          event.target.value = "";
          if (file) void flow.choose(file);
        }}
      />
    </label>
  );
}

function Paste({ flow }: { flow: Import }) {
  const [text, setText] = useState("");
  return (
    <div className="stack">
      <Field
        label="JSON or CSV"
        hint='JSON: {"records": [{"source_record_id": "1", "payload": {...}}]}. CSV: with a line of heads.'
      >
        <TextArea value={text} onChange={setText} rows={8} spellCheck={false} className="mono" />
      </Field>
      <Button
        disabledReason={text.trim() === "" ? "Paste something first" : null}
        busy={flow.reading !== null}
        onClick={() => void flow.choose(fileFromText(text))}
      >
        Look at the text
      </Button>
      {flow.tape ? <Chosen tape={flow.tape} /> : null}
    </div>
  );
}

function Target({ flow }: { flow: Import }) {
  const { choices, change } = flow;
  const query = useOperation("listDatasets", { query: { limit: 1000 } });
  if (query.error) {
    return <Refusal error={query.error} what="The datasets could not be read."
      onRetry={() => void query.refetch()} />;
  }
  if (query.isPending) return <SkeletonStack lines={3} label="Loading datasets" />;
  const datasets = query.data.items;
  const chosen = datasets.find((dataset) => dataset.dataset_id === choices.dataset);
  const next = (chosen?.latest_version?.number ?? 0) + 1;
  return (
    <div className="stack">
      <Field
        label="Dataset"
        hint={chosen ? `Becomes version ${next}, in ${chosen.base_currency}; `
          + `${plural(chosen.versions, "version")} so far`
          : "The portfolio this tape is a picture of"}
      >
        <Select
          value={choices.dataset}
          placeholder="Choose a dataset"
          options={[
            { value: NEW_DATASET, label: "New dataset" },
            ...datasets.map((dataset) => ({
              value: dataset.dataset_id, label: `${dataset.name} (${dataset.base_currency})` })),
          ]}
          onChange={(dataset) => change({ dataset })}
        />
      </Field>
      {choices.dataset === NEW_DATASET ? (
        <DraftFields short draft={choices.newDataset}
          onChange={(newDataset) => change({ newDataset })} />
      ) : null}
    </div>
  );
}

/** First step: which file, into which dataset. */
export function ImportFile({ flow }: { flow: Import }) {
  const [source, setSource] = useQueryState(
    "source", parseAsStringLiteral(SOURCES).withDefault("file"));
  return (
    <div className="grid">
      <Card
        id="file"
        className="c8"
        title="Which tape?"
        sub="The first megabyte is looked at; nothing is stored before the last step"
        action={(
          <Segmented label="Source of the tape" value={source}
            options={[{ value: "file", label: "File" }, { value: "paste", label: "Paste" }]}
            onChange={(value) => void setSource(value)} />
        )}
      >
        {source === "file" ? <DropZone flow={flow} /> : <Paste flow={flow} />}
      </Card>
      <Card id="target" className="c4" title="Into which dataset?"
        sub="Each tape becomes one version of it">
        <Target flow={flow} />
      </Card>
    </div>
  );
}
