import type { QueryOf, ResponseOf } from "@/lib/contract/operations";
import { assert } from "@/lib/kernel/assert";
import { amountFromUnits } from "@/lib/kernel/exact";
import type { PortfolioColumns } from "@/lib/portfolio";
import type { Netting, RunParameters } from "@/lib/risk";
import { AppError } from "../platform/app-error";
import { pool } from "../db/database";
import { WITH_EXPOSURE } from "../db/instrument-query";
import { FILE_TYPES } from "../platform/exported-file";
import { counted, tapeRows, type FileSource } from "../datasets/file-source";
import {
  instrumentResultsOf, orderBy, type Order, type VersionResults,
} from "../stress/instrument-results";
import { decodeCursor, encodeCursor, invalidCursor, isWhole } from "../platform/paging";
import { findRun, orderedParameters } from "./runs";
import { csvLine, csvText } from "../platform/spreadsheet-text";
import { columnsOf } from "../datasets/version-columns";

type Query = QueryOf<"listRunInstruments">;
type Item = ResponseOf<"listRunInstruments">["items"][number];
type RecordRow = { id: string; row: number; instrument_id: string | null; kind: string };

/** What each debt comes to under a scenario of a run. */
export async function listRunInstruments(
  runId: string, query: Query,
): Promise<ResponseOf<"listRunInstruments">> {
  const listing = await open(runId, query);
  const { found, debtCount, netting } = listing;
  const start = startOf(query, found.recorded.sha256);
  const end = Math.min(debtCount, start + query.limit);
  return {
    items: await itemsOf(listing, start, end),
    next_cursor: end < debtCount ? encodeCursor([found.recorded.sha256, query.sort, end]) : null,
    total: debtCount, netting, artifact: found.recorded,
  };
}

/** Instruments that a file takes at a time: others have their turn in between. */
const BATCH = 1_000;
const CSV_COLUMNS = ["row", "part", "instrument_id", "outstanding", "collateral_value",
  "stressed_collateral_value", "collateral_shortfall", "stressed_collateral_shortfall",
  "shortfall_increase", "default_risk_buffer", "normalized_record_id",
] as const satisfies readonly (keyof Item)[];

/** All of them as a CSV file, written while it is read. */
export async function instrumentsFile(runId: string, query: Query): Promise<FileSource> {
  const { id, datasetVersionId: versionId } = await findRun(runId);
  return { name: `todiscope-run-${id.slice(0, 8)}-instruments.csv`, type: FILE_TYPES.csv,
    event: { type: "run.exported", subjectId: id, datasetVersionId: versionId,
      details: { format: "csv", part: "instruments", scenario_id: query.scenario_id } },
    versionIds: [versionId], rows: await tapeRows([versionId]),
    open: async (onRows) => ({ pieces: csvOf(await open(id, query), onRows) }) };
}

async function* csvOf(
  listing: Listing, onRows: ((rows: number) => void) | undefined,
): AsyncGenerator<Uint8Array> {
  const encoder = new TextEncoder();
  yield encoder.encode(csvLine(CSV_COLUMNS));
  for await (const items of counted(batchesOf(listing), onRows)) {
    yield encoder.encode(items.map((item) =>
      csvLine(CSV_COLUMNS.map((column) => csvText(item[column])))).join(""));
  }
}

/** What a file of all instruments of a scenario is made of; `batches` are as in the tape. */
export type RunScenario = {
  scenarioId: string; total: number; batches: () => AsyncGenerator<Item[]>;
};

/** A scenario's instruments, so many at a time; the results are there once this answers. */
export async function scenarioBatches(runId: string, scenarioId: string): Promise<RunScenario> {
  const query = { scenario_id: scenarioId, sort: "row" } as const;
  const { debtCount: total } = await open(runId, query);
  // Opened again when its turn comes: results of many scenarios are not held at once.
  return { scenarioId, total, batches: async function* () {
    yield* batchesOf(await open(runId, query));
  } };
}

async function* batchesOf(listing: Listing): AsyncGenerator<Item[]> {
  for (let start = 0; start < listing.debtCount; start += BATCH) {
    yield await itemsOf(listing, start, Math.min(listing.debtCount, start + BATCH));
  }
}

type Listing = {
  runId: string; versionId: string; netting: Netting; found: VersionResults; debtCount: number;
  /** Null as in the tape. */
  order: Uint32Array | null;
};

async function open(runId: string, query: Pick<Query, "scenario_id" | "sort">): Promise<Listing> {
  const run = await findRun(runId);
  const { netting, stress_scenarios: scenarios } =
    orderedParameters(run.parameters as RunParameters);
  const scenario = scenarios.find(({ scenario_id: id }) => id === query.scenario_id);
  if (!scenario) {
    throw unknownScenario(query.scenario_id, scenarios.map((each) => each.scenario_id));
  }
  const versionId = run.datasetVersionId;
  const found = await instrumentResultsOf(versionId, netting, scenario);
  const { columns: { debtCount } } = await columnsOf(versionId);
  return { runId, versionId, netting, found, debtCount, order: query.sort === "row" ? null
    : await orderBy(versionId, found, query.sort.slice(1) as Order) };
}

async function itemsOf(
  { runId, versionId, found, order }: Listing, start: number, end: number,
): Promise<Item[]> {
  const { columns } = await columnsOf(versionId);
  const debts = Array.from({ length: Math.max(0, end - start) }, (_, at) =>
    order === null ? start + at : order[start + at] as number);
  const records = await recordsOf(versionId,
    debts.map((debt) => columns.rowNumber[debt] as number));
  // An erasure on the way takes the records: it says so.
  if (debts.some((debt) => !records.has(columns.rowNumber[debt] as number))) await findRun(runId);
  return debts.map((debt) => itemOf(columns, found, debt, records));
}

function unknownScenario(given: string, known: readonly string[]): AppError {
  const message = `The run has no scenario "${given}"; ` + (known.length === 0
    ? "it has none at all." : `it has ${known.slice(0, 20).join(", ")}.`);
  return new AppError("PARAMETERS_INVALID", { message: `scenario_id: ${message}`,
    errors: [{ path: "scenario_id", message }] });
}

/** A cursor is of one scenario's results in one order. @throws AppError PARAMETERS_INVALID */
function startOf({ cursor, sort }: Query, sha256: string): number {
  if (cursor === undefined) return 0;
  const [of, order, start] = decodeCursor(cursor, 3);
  if (of !== sha256 || order !== sort || !isWhole(start) || start < 0) throw invalidCursor();
  return start;
}

async function recordsOf(
  versionId: string, rowNumbers: readonly number[],
): Promise<Map<number, RecordRow>> {
  const { rows } = await pool().query<RecordRow>(`SELECT normalized_record_id AS id,
    row_number AS row, instrument_id, kind FROM normalized_record
    WHERE dataset_version_id = $1 AND row_number = ANY($2::int[]) AND ${WITH_EXPOSURE}`,
  [versionId, rowNumbers]);
  return new Map(rows.map((row) => [row.row, row]));
}

function itemOf(
  columns: PortfolioColumns, { results }: VersionResults, debt: number,
  records: ReadonlyMap<number, RecordRow>,
): Item {
  const record = records.get(columns.rowNumber[debt] as number);
  assert(record, "a sealed version has the records of its columns");
  const amount = (units: number | undefined): number => amountFromUnits(BigInt(units ?? 0));
  const before = results.shortfall[debt] as number;
  const after = results.stressedShortfall[debt] as number;
  return {
    normalized_record_id: record.id, row: record.row,
    part: record.kind === "portfolio" ? partOf(columns, debt) : null,
    instrument_id: record.instrument_id,
    outstanding: amount(columns.outstanding[debt]),
    collateral_value: amount(results.collateral[debt]),
    stressed_collateral_value: amount(results.stressedCollateral[debt]),
    collateral_shortfall: amount(before),
    stressed_collateral_shortfall: amount(after),
    shortfall_increase: amount(after - before),
    default_risk_buffer: amount(results.buffer[debt]),
  };
}

/** How many debts of the same record stand before this one. */
function partOf(columns: PortfolioColumns, debt: number): number {
  let first = debt;
  while (columns.isFirst[first] !== 1) first -= 1;
  return debt - first;
}
