"use client";

import { useState } from "react";
import { parseAsStringLiteral, useQueryState } from "nuqs";
import { csvText, downloadText } from "@/components/chart/csv";
import { Button } from "@/components/ui/button";
import { Card } from "@/components/ui/card";
import { Field, Select, TextArea } from "@/components/ui/field";
import { bytes, count, plural } from "@/components/ui/format";
import { KeyValueList } from "@/components/ui/figure";
import { Icon } from "@/components/ui/icon";
import { NumberInput } from "@/components/ui/number-input";
import { Segmented } from "@/components/ui/segmented";
import { Skeleton, SkeletonStack } from "@/components/ui/states";
import { useOperation } from "@/lib/client/hooks";
import { NDJSON_TYPE, PARQUET_TYPE } from "@/lib/contract/tape-types";
import { DraftFields } from "./create-dataset";
import { Refusal } from "./refusal";
import { fileFromText } from "./tape-file";
import type { TablePart, TableSetTape, Tape } from "./tape-file";
import { NEW_DATASET } from "./use-import";
import type { Import } from "./use-import";
import "./dataset.css";
import "./import.css";

const ACCEPT = ".csv,.tsv,.txt,.tab,.json,.ndjson,.jsonl,.xlsx,.parquet,.zip,.gz,"
  + "text/csv,text/tab-separated-values,application/json";
const FORMATS: Record<string, string> =
  { [NDJSON_TYPE]: "One JSON object a line", [PARQUET_TYPE]: "Parquet" };
const SOURCES = ["file", "paste"] as const;
const DELIMITERS: Record<string, string> = { ",": "comma", ";": "semicolon", "\t": "tab" };

export const delimiterWord = (delimiter: string): string => DELIMITERS[delimiter] ?? delimiter;

type Table = Tape & { kind: "table" };

function howItIsRead({ preview, part, type }: Table): [string, string][] {
  if (part.sheet !== undefined) return [["Sheet", part.sheet]];
  if (preview.delimiter === "") return [["Format", FORMATS[type] ?? type]];
  return [["Separated by", delimiterWord(preview.delimiter)],
    ["Encoding", preview.encoding.toUpperCase()]];
}

function Chosen({ tape }: { tape: Tape }) {
  const facts: [string, string][] = tape.kind === "set" ? [
    ["Size", bytes(tape.body.size)], ["Tables", count(tape.set.tables.length)],
    ...(tape.isBeginning ? [] : [["Loans", count(tape.set.join.loans)] as [string, string]]),
    ["Format", "EBA NPL templates"],
  ] : tape.kind === "table" ? [
    ["Size", bytes(tape.body.size)],
    ["Columns", count(tape.preview.headers.length)],
    ...howItIsRead(tape),
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
        : <span className="hint">CSV, TSV or JSON lines up to 20 GB; XLSX, Parquet or JSON up to 64 MB. Also as .gz.
          The EBA NPL templates as several CSV files or one ZIP (16 GB), or one workbook.</span>}
      {tape ? <span className="hint">Drop or choose another one to replace it</span> : null}
      <input
        type="file"
        multiple
        accept={ACCEPT}
        aria-label="Choose a tape"
        onChange={(event) => {
          const files = [...event.target.files ?? []];
          event.target.value = "";
          void flow.choose(files);
        }}
      />
    </label>
  );
}

/** Which part of the file is the table: a workbook's sheet, the line that names the columns. */
function PartChoice({ flow, tape }: { flow: Import; tape: Table }) {
  const { body, name, part, preview } = tape;
  const found = preview.header_row;
  const [line, setLine] = useState<number | null>(found);
  const again = (next: TablePart) => void flow.choose([new File([body], name,
    body instanceof File ? { lastModified: body.lastModified } : {})], next);
  const what = part.sheet === undefined ? "line" : "row";
  return (
    <div className="row wrap part-choice">
      {preview.sheets.length > 1 ? (
        <Field label="Sheet">
          <Select
            value={part.sheet ?? ""}
            options={preview.sheets.map((sheet) => ({ value: sheet, label: sheet }))}
            onChange={(sheet) => again({ sheet })}
          />
        </Field>
      ) : null}
      {found === null ? null : (
        <>
          <Field label={`Header ${what}`}>
            <NumberInput label={`Header ${what}`} value={line} min={1}
              max={1_048_576} decimals={0} required disabled={flow.reading !== null}
              onChange={setLine} />
          </Field>
          <Button busy={flow.reading !== null}
            disabledReason={line === null || line === found ? "The file is read so now" : null}
            onClick={() => again({ ...part, ...(line === null ? {} : { headerRow: line }) })}>
            Read it so
          </Button>
        </>
      )}
    </div>
  );
}

const ALL = "";

/** A workbook's sheets together, or one of them alone. */
function SheetChoice({ flow, tape: { body, name, preview } }: {
  flow: Import; tape: TableSetTape;
}) {
  if (preview.sheets.length === 0) return null;
  return (
    <Field label="Sheet">
      <Select value={ALL}
        options={[{ value: ALL, label: "All tables as one tape" },
          ...preview.sheets.map((sheet) => ({ value: sheet, label: `${sheet} alone` }))]}
        onChange={(sheet) => void flow.choose([new File([body], name)],
          sheet === ALL ? undefined : { sheet })} />
    </Field>
  );
}

/** Another file, sheet or line begins the choice anew. */
const partKey = ({ name, part, preview }: Table): string =>
  [name, part.sheet, preview.header_row].join("/");

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
        onClick={() => void flow.choose([fileFromText(text)])}
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
          onChange={(dataset) => change({ dataset, profile: null })}
        />
      </Field>
      {choices.dataset === NEW_DATASET ? (
        <DraftFields short draft={choices.newDataset}
          onChange={(newDataset) => change({ newDataset })} />
      ) : null}
    </div>
  );
}

const EXAMPLE = [
  ["instrument_id", "obligor_id", "sector", "country", "principal", "interest_rate_pct",
    "collateral_value", "rating", "stage", "days_past_due", "maturity_date"],
  ["LN-1", "OB-1", "Commercial real estate", "DE", "1250000.00", "5.25", "1100000.00", "BB", "2",
    "34", "2029-06-30"],
  ["LN-2", "OB-1", "Commercial real estate", "DE", "480000.00", "6.10", "300000.00", "B", "3",
    "128", "2027-12-31"],
  ["LN-3", "OB-2", "Manufacturing", "IT", "96500.50", "7.40", "0", "CCC", "3", "412",
    "2026-03-31"],
];

function WhatItNeeds() {
  const [head = [], ...rows] = EXAMPLE;
  return (
    <Card
      id="needs"
      className="c12"
      title="One column is enough: the principal"
      sub="One line of heads, then one loan or distressed asset a line"
      action={(
        <Button small icon="dl"
          onClick={() => downloadText("example-tape.csv", csvText(head, rows))}>
          Example tape
        </Button>
      )}
    >
      <KeyValueList items={[
        { key: "Needed", value: "Principal, or distressed value for assets in distress" },
        { key: "Makes the stress better", value:
          "Interest rate, collateral value, recovery rate, assets value" },
        { key: "Makes segments", value: "Sector, country, region, asset class, rating, stage, "
          + "days past due, currency, obligor, collateral type, status" },
        { key: "Anything else", value: "Is kept with the raw row and shown with the record" },
      ]} />
    </Card>
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
        className="c8 wraps"
        title="Which tape?"
        sub="Its first rows are looked at; nothing is stored before the last step"
        tools={(
          <Segmented label="Source of the tape" value={source}
            options={[{ value: "file", label: "File" }, { value: "paste", label: "Paste" }]}
            onChange={(value) => void setSource(value)} />
        )}
      >
        {source === "file"
          ? (
            <div className="stack">
              <DropZone flow={flow} />
              {flow.tape?.kind === "set" ? <SheetChoice flow={flow} tape={flow.tape} /> : null}
              {flow.tape?.kind === "table"
                ? <PartChoice key={partKey(flow.tape)} flow={flow} tape={flow.tape} /> : null}
            </div>
          )
          : <Paste flow={flow} />}
      </Card>
      <Card id="target" className="c4" title="Into which dataset?"
        sub="Each tape becomes one version of it">
        <Target flow={flow} />
      </Card>
      {flow.tape ? null : <WhatItNeeds />}
    </div>
  );
}
