"use client";

import { useCallback, useEffect, useRef, useState } from "react";
import { useQueryClient } from "@tanstack/react-query";
import type { QueryClient } from "@tanstack/react-query";
import { ApiError, call } from "@/lib/client/api";
import { keyOf } from "@/lib/client/hooks";
import type { MappingRules } from "@/lib/contract/mapping-profile";
import { UPLOAD_PIECE_BYTES } from "@/lib/contract/facts";
import { draftProblem, EMPTY_DRAFT } from "./create-dataset";
import type { DatasetDraft } from "./create-dataset";
import { fieldOf } from "./mapping-rules";
import { entitiesOf, type Rate } from "./rates";
import { asOfFromName, guessLocale } from "./tape-guess";
import { asTapeError, readTapes } from "./tape-file";
import type { TablePart, Tape, TapeError, TapePreview } from "./tape-file";
import type { Version } from "./types";
import { forgetUpload, keyOfFile, sendInPieces, unfinishedUploads } from "./resumable";
import { uploadTape } from "./upload";
import type { UploadInput, UploadProgress } from "./upload";

export type Step = "file" | "columns" | "options";
export const NEW_DATASET = "new";

/** What becomes of a column about persons. */
export type PrivacyAction = "mask" | "drop" | "keep";

export interface Choices {
  /** A dataset's id, NEW_DATASET, or "" while none is chosen. */
  dataset: string;
  newDataset: DatasetDraft;
  /** Field to column or rule; a column that none names stays with the raw record. */
  mapping: MappingRules;
  /** Which offer the mapping came from; null until that is known of this file. */
  profile: string | null;
  locale: string;
  asOf: string;
  sourceSystem: string;
  rates: Rate[];
  ratesDate: string;
  ratesSource: string;
  /** The base and currencies whose rows stand there already. */
  ratesFor: string;
  /** The group's own legal entities, one a line. */
  entities: string;
  /** What becomes of columns about persons, by name. */
  privacy: Readonly<Record<string, PrivacyAction>>;
  /** Control totals of the sender, and why a tape beyond the tolerances is sealed all the same. */
  expectedRows: number | null;
  expectedPrincipal: number | null;
  acceptQuality: string;
}

const NO_CHOICES: Choices = {
  dataset: "", newDataset: EMPTY_DRAFT, mapping: {}, profile: null, locale: "en", asOf: "",
  sourceSystem: "", rates: [], ratesDate: "", ratesSource: "", ratesFor: "", entities: "",
  privacy: {}, expectedRows: null, expectedPrincipal: null, acceptQuality: "",
};

/** The cells of a column in the first rows. */
export function cellsOf(preview: TapePreview, column: string): string[] {
  const index = preview.headers.indexOf(column);
  return preview.rows.map((row) => row.cells[index] ?? "");
}

const mappingKey = (headers: readonly string[]): string =>
  `import-rules:${headers.join("\u001f")}`.slice(0, 4000);

function rememberedMapping(headers: readonly string[]): MappingRules | null {
  try {
    const text = localStorage.getItem(mappingKey(headers));
    return text === null ? null : JSON.parse(text) as MappingRules;
  } catch {
    return null;
  }
}

function rememberMapping(headers: readonly string[], mapping: MappingRules): void {
  try {
    localStorage.setItem(mappingKey(headers), JSON.stringify(mapping));
  } catch {
    // Without storage the next import starts from the suggestion again.
  }
}

/** What the server recognises by names and values. */
export const suggestedMapping = (preview: TapePreview): MappingRules =>
  Object.fromEntries(preview.suggested.map(({ field, column, scheme }) =>
    [field, scheme ? { column, sector_scheme: scheme } : column]));

/** Masked unless a person decides otherwise: what is stored cannot be taken back. */
const maskedAtFirst = ({ personal }: TapePreview): Choices["privacy"] =>
  Object.fromEntries(personal.map(({ column }) => [column, "mask"] as const));

function choicesFor(tape: Tape, before: Choices): Choices {
  if (tape.kind === "json") {
    return {
      ...before, mapping: {}, rates: [], privacy: {},
      asOf: tape.json.asOf || before.asOf || asOfFromName(tape.name),
      sourceSystem: tape.json.sourceSystem || before.sourceSystem,
    };
  }
  const { preview } = tape;
  if (tape.kind === "set") {
    return { ...before, mapping: {}, profile: null, rates: [],
      locale: guessLocale(preview.headers.map((column) =>
        ({ field: "", cells: cellsOf(preview, column) })), preview.delimiter),
      privacy: maskedAtFirst(preview), asOf: asOfFromName(tape.name) || before.asOf };
  }
  const mapping = rememberedMapping(preview.headers) ?? suggestedMapping(preview);
  const columns = preview.headers.map((column) => (
    { field: fieldOf(mapping, column), cells: cellsOf(preview, column) }));
  return {
    ...before, mapping, profile: null, ratesFor: "", locale: guessLocale(columns, preview.delimiter),
    privacy: maskedAtFirst(preview), asOf: asOfFromName(tape.name) || before.asOf,
  };
}

/** What `createVersion` is asked beside the bytes. */
function queryOf(tape: Tape, choices: Choices) {
  const rates = choices.rates.filter(({ code, rate }) => /^[A-Z]{3}$/.test(code) && rate !== null);
  const entities = entitiesOf(choices.entities);
  return {
    source_name: tape.name,
    ...(tape.kind === "table" ? { mapping: JSON.stringify(choices.mapping),
      ...(tape.part.sheet === undefined ? {} : { sheet: tape.part.sheet }),
      ...(tape.part.headerRow === undefined ? {} : { header_row: tape.part.headerRow }) } : {}),
    ...(tape.kind !== "json" ? { locale: choices.locale,
      ...(Object.keys(choices.privacy).length > 0
        ? { privacy: JSON.stringify(choices.privacy) } : {}) } : {}),
    ...(choices.asOf ? { as_of: choices.asOf } : {}),
    ...(choices.expectedRows === null ? {} : { expected_rows: choices.expectedRows }),
    ...(choices.expectedPrincipal === null ? {}
      : { expected_principal: choices.expectedPrincipal }),
    ...(choices.acceptQuality.trim() ? { accept_quality: choices.acceptQuality.trim() } : {}),
    ...(choices.sourceSystem.trim() ? { source_system: choices.sourceSystem.trim() } : {}),
    ...(rates.length > 0 ? {
      fx_rates: JSON.stringify(Object.fromEntries(rates.map(({ code, rate }) => [code, rate]))),
      ...(choices.ratesDate ? { fx_rates_date: choices.ratesDate } : {}),
      ...(choices.ratesSource.trim() ? { fx_rates_source: choices.ratesSource.trim() } : {}),
    } : {}),
    ...(entities.length > 0 ? { legal_entities: JSON.stringify(entities) } : {}),
  };
}

/** At which step a refusal can be put right. */
export function stepOf(error: TapeError): Step {
  if (!(error instanceof ApiError)) return "file";
  if (error.code === "MAPPING_REQUIRED") return "columns";
  if (error.code === "PARAMETERS_INVALID") {
    return error.errors.some(({ path }) => path.startsWith("mapping")) ? "columns" : "options";
  }
  const ofFile = ["FILE_UNREADABLE", "PAYLOAD_TOO_LARGE", "MEDIA_TYPE_UNSUPPORTED",
    "REQUEST_BODY_INVALID", "DATASET_NOT_FOUND"];
  return ofFile.includes(error.code) ? "file" : "options";
}

/** The version that a refusal points to: it exists and says why it failed. */
const versionAt = (error: unknown): string | null =>
  error instanceof ApiError ? /\/dataset-versions\/([0-9a-f-]{36})$/.exec(error.location ?? "")?.[1]
    ?? null : null;

/** The dataset the tape goes into, created now when it is a new one. */
async function datasetOf({ dataset, newDataset }: Choices): Promise<string> {
  if (dataset !== NEW_DATASET) return dataset;
  const created = await call("createDataset",
    { body: { name: newDataset.name.trim(), base_currency: newDataset.currency } });
  return created.dataset_id;
}

function refresh(client: QueryClient): void {
  for (const name of ["listVersions", "listDatasets", "getDataset"]) {
    void client.invalidateQueries({ queryKey: [name] });
  }
}

/** Whoever watches the version from here on sees it change, however soon it is sealed. */
const remember = (client: QueryClient, version: Version) => client.setQueryData(
  keyOf("getVersion", { path: { id: version.dataset_version_id } }), version);

/** The dataset into which an upload of this very file broke off. */
async function interruptedInto({ body }: Tape): Promise<string | null> {
  const list = unfinishedUploads();
  if (list.length === 0 || !(body instanceof File)) return null;
  const key = await keyOfFile(body);
  return list.find((one) => one.key === key)?.datasetId ?? null;
}

/** Sends a tape at once or, when it is large, in pieces that survive a cut of the network. */
async function sendTape(
  tape: Tape, input: Pick<UploadInput, "datasetId" | "query" | "onProgress" | "signal">,
): Promise<Version> {
  const { body, type, encoding } = tape;
  if (!(body instanceof File) || body.size <= UPLOAD_PIECE_BYTES) {
    return uploadTape({ ...input, body, type, encoding });
  }
  const upload = await sendInPieces({ ...input, file: body, type, encoding });
  const version = await uploadTape(
    { ...input, body: new Blob([]), type, query: { ...input.query, upload } });
  forgetUpload(upload);
  return version;
}

export function useImport(datasetId: string | null, onVersion: (id: string) => void) {
  const client = useQueryClient();
  const [tape, setTape] = useState<Tape | null>(null);
  const [step, setStep] = useState<Step>("file");
  const [choices, setChoices] = useState<Choices>({ ...NO_CHOICES, dataset: datasetId ?? "" });
  const [reading, setReading] = useState<string | null>(null);
  const [failure, setFailure] = useState<{ step: Step; error: TapeError } | null>(null);
  const [upload, setUpload] = useState<UploadProgress | null>(null);
  const control = useRef<AbortController | null>(null);
  useEffect(() => () => control.current?.abort(), []);

  const change = useCallback((part: Partial<Choices>) =>
    setChoices((before) => ({ ...before, ...part })), []);

  /** Looks at what was chosen, or once more at it with another part as its table. */
  async function choose(files: readonly File[], part?: TablePart) {
    if (files.length === 0) return;
    setReading(files.length === 1 ? files[0]?.name ?? "" : `${files.length} files`);
    setFailure(null);
    try {
      const read = await readTapes(files, part);
      const target = await interruptedInto(read);
      setTape(read);
      setChoices((before) => choicesFor(read, { ...before,
        ...(target === null || datasetId !== null ? {} : { dataset: target }) }));
      setStep("file");
    } catch (error) {
      if (!part) setTape(null);
      setFailure({ step: "file", error: asTapeError(error) });
    } finally {
      setReading(null);
    }
  }

  async function start() {
    if (!tape) return;
    const abort = new AbortController();
    control.current = abort;
    setFailure(null);
    setUpload({ sent: 0, total: tape.body.size, elapsedMs: 0 });
    if (tape.kind === "table") rememberMapping(tape.preview.headers, choices.mapping);
    try {
      const target = await datasetOf(choices);
      // A second attempt goes into the dataset that is there now.
      if (target !== choices.dataset) change({ dataset: target });
      const version = await sendTape(tape, { datasetId: target, query: queryOf(tape, choices),
        onProgress: setUpload, signal: abort.signal });
      remember(client, version);
      onVersion(version.dataset_version_id);
    } catch (error) {
      const failed = versionAt(error);
      if (failed) onVersion(failed);
      else if (!abort.signal.aborted) {
        const refused = asTapeError(error);
        setFailure({ step: stepOf(refused), error: refused });
        setStep(stepOf(refused));
      }
    } finally {
      control.current = null;
      setUpload(null);
      refresh(client);
    }
  }

  function restart() {
    setTape(null);
    setFailure(null);
    setStep("file");
    setChoices((before) => ({ ...NO_CHOICES, dataset: before.dataset }));
  }

  return {
    tape, step, setStep, choices, change, reading, failure, upload, choose, start, restart,
    cancel: () => control.current?.abort(),
  };
}

/** Something gives the amount that every record needs. */
export const hasAmount = (mapping: MappingRules): boolean => "principal" in mapping
  || ("record_kind" in mapping && "distressed_value" in mapping);

export type Import = ReturnType<typeof useImport>;

/** Why one cannot go on from a step, or null. */
export function blockedAt({ tape, step, choices, reading }: Import): string | null {
  if (reading) return "The file is being looked at";
  if (step === "file") {
    if (!tape) return "Choose a file first";
    if (choices.dataset === "") return "Choose a dataset first";
    return choices.dataset === NEW_DATASET ? draftProblem(choices.newDataset) : null;
  }
  if (step === "columns" && tape?.kind === "table") {
    return hasAmount(choices.mapping) ? null : "Choose the column that holds the principal first";
  }
  const rateMissing = choices.rates.find(({ code, rate }) =>
    !/^[A-Z]{3}$/.test(code) || rate === null || rate <= 0);
  return rateMissing ? `Give the rate of ${rateMissing.code || "each currency"}, or remove it` : null;
}
