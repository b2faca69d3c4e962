import type { QueryOf, ResponseOf } from "@/lib/contract/operations";
import { assert } from "@/lib/kernel/assert";
import { amountFromUnits } from "@/lib/kernel/exact";
import type { PortfolioColumns } from "@/lib/portfolio";
import type { RunParameters } from "@/lib/risk";
import { AppError } from "./app-error";
import { pool } from "./db/database";
import { WITH_EXPOSURE } from "./db/instrument-query";
import { instrumentResultsOf, type VersionResults } from "./instrument-results";
import { decodeCursor, encodeCursor, invalidCursor, isWhole } from "./paging";
import { findRun, orderedParameters } from "./runs";
import { columnsOf } from "./version-columns";

type Query = QueryOf<"listRunInstruments">;
type Item = ResponseOf<"listRunInstruments">["items"][number];
type RecordRow = { id: string; row: number; instrument_id: string | null; kind: string };

/** What each debt comes to under a scenario of a run. */
export async function listRunInstruments(
  runId: string, query: Query,
): Promise<ResponseOf<"listRunInstruments">> {
  const { run, netting, scenario } = await scenarioOf(runId, query.scenario_id);
  const found = await instrumentResultsOf(run.datasetVersionId, netting, scenario);
  const { columns } = await columnsOf(run.datasetVersionId);
  const start = startOf(query, found.recorded.sha256);
  const end = Math.min(columns.debtCount, start + query.limit);
  const debts = Array.from({ length: Math.max(0, end - start) }, (_, at) =>
    query.sort === "row" ? start + at : found.results.order[start + at] as number);
  const records = await recordsOf(run.datasetVersionId,
    debts.map((debt) => columns.rowNumber[debt] as number));
  // An erasure on the way takes the records: it says so.
  if (debts.some((debt) => !records.has(columns.rowNumber[debt] as number))) await findRun(runId);
  return {
    items: debts.map((debt) => itemOf(columns, found, debt, records)),
    next_cursor: end < columns.debtCount
      ? encodeCursor([found.recorded.sha256, query.sort, end]) : null,
    total: columns.debtCount, netting,
    artifact: { sha256: found.recorded.sha256, bytes: found.recorded.bytes },
  };
}

/** @throws AppError RUN_NOT_FOUND, DATASET_VERSION_ERASED or PARAMETERS_INVALID */
async function scenarioOf(runId: string, scenarioId: string) {
  const run = await findRun(runId);
  const { netting, stress_scenarios: scenarios } =
    orderedParameters(run.parameters as RunParameters);
  const scenario = scenarios.find(({ scenario_id: id }) => id === scenarioId);
  if (!scenario) {
    throw unknownScenario(scenarioId, scenarios.map((each) => each.scenario_id));
  }
  return { run, netting, scenario };
}

/** All debts of a run under a scenario, as in the tape, so many at a time. */
export type RunScenario = {
  scenarioId: string; total: number; batches: () => AsyncGenerator<Item[]>;
};
const BATCH = 5000;

/** What stands in a file of all instruments; the results are made or read before it answers. */
export async function scenarioBatches(runId: string, scenarioId: string): Promise<RunScenario> {
  const { run, netting, scenario } = await scenarioOf(runId, scenarioId);
  await instrumentResultsOf(run.datasetVersionId, netting, scenario);
  const { columns } = await columnsOf(run.datasetVersionId);
  async function* batches(): AsyncGenerator<Item[]> {
    // Read again when its turn comes: results of many scenarios are not held at once.
    const found = await instrumentResultsOf(run.datasetVersionId, netting, scenario);
    for (let start = 0; start < columns.debtCount; start += BATCH) {
      const debts = Array.from({ length: Math.min(BATCH, columns.debtCount - start) },
        (_, at) => start + at);
      const records = await recordsOf(run.datasetVersionId,
        debts.map((debt) => columns.rowNumber[debt] as number));
      // An erasure on the way takes the records: the file breaks off.
      if (debts.some((debt) => !records.has(columns.rowNumber[debt] as number))) {
        await findRun(runId);
      }
      yield debts.map((debt) => itemOf(columns, found, debt, records));
    }
  }
  return { scenarioId, total: columns.debtCount, batches };
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
