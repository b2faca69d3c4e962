import type { QueryOf, ResponseOf } from "@/lib/contract/operations";
import { LISTED_CHANGES } from "@/lib/contract/facts";
import { amountFromUnits } from "@/lib/kernel/exact";
import {
  changeCounts, collateralBridge, outstandingBridge, rollRates, type Bridge, type ChangeCell,
} from "@/lib/risk";
import { assert } from "@/lib/kernel/assert";
import { keysIn, NO_DAYS, valueAt, type ChangedRows } from "@/lib/portfolio";
import { AppError } from "../platform/app-error";
import { findSealed, type VersionRow } from "./datasets";
import { pool } from "../db/database";
import { changedInstruments, compareStatement } from "../db/compare-query";
import { decodeCursor, encodeCursor, invalidCursor } from "../platform/paging";
import { keyedColumns, type KeyedColumns } from "./record-keys";
import { runOnThreads } from "../calculation/threads";
import { COLUMNS_FROM } from "./version-columns";

type Comparison = ResponseOf<"compareVersions">;
type CellRow = Pick<ChangeCell, "match" | "direction"> & {
  written_off: boolean; from_bucket: ChangeCell["fromBucket"]; to_bucket: ChangeCell["toBucket"];
  base_rows: number; other_rows: number; base_outstanding: string; other_outstanding: string;
  base_collateral: string; other_collateral: string;
};

/** Both versions, sealed and of one dataset. */
async function bothSealed(
  query: { base: string; other: string },
): Promise<{ base: VersionRow; other: VersionRow }> {
  const base = await findSealed(query.base);
  const other = await findSealed(query.other);
  if (base.datasetId !== other.datasetId) {
    const message = "a version of the same dataset as `base`";
    throw new AppError("PARAMETERS_INVALID", {
      message: `other: the versions belong to two datasets, "${base.dataset.name}" and ` +
        `"${other.dataset.name}"; only versions of one dataset can be compared.`,
      errors: [{ path: "other", message }] });
  }
  return { base, other };
}

/** Two sealed versions of one dataset side by side. */
export async function compareVersions(query: QueryOf<"compareVersions">): Promise<Comparison> {
  const { base, other } = await bothSealed(query);
  const cells = await cellsOf(base, other);
  const [before, after] = [scoreOf(base), scoreOf(other)];
  return {
    dataset_id: base.datasetId,
    dataset_name: base.dataset.name,
    base_currency: base.dataset.baseCurrency,
    base: sideOf(base), other: sideOf(other),
    quality_score_change: before === null || after === null ? null : after - before,
    changes: changeCounts(cells).map((change) => ({
      match: change.match, base_rows: change.baseRows, other_rows: change.otherRows,
      base_outstanding: amountOf(change.baseOutstanding),
      other_outstanding: amountOf(change.otherOutstanding),
    })),
    outstanding: toBridge(outstandingBridge(cells)),
    collateral: toBridge(collateralBridge(cells)),
    roll_rates: toRollRates(cells),
  };
}

/** From columns in a thread where there are enough rows, else from the database's records. */
async function cellsOf(base: VersionRow, other: VersionRow): Promise<ChangeCell[]> {
  const keyed = await bothKeyed(base, other);
  if (keyed === null) {
    const { rows } = await pool().query<CellRow>(compareStatement(base.id, other.id));
    return rows.map(toCell);
  }
  const [cells] = await runOnThreads("versionChanges", [{ base: partOf(keyed.base),
    other: partOf(keyed.other) }]);
  assert(cells, "one part has one result");
  return cells;
}

const partOf = ({ columns: { buffer, sha256 }, keys }: KeyedColumns) =>
  ({ shared: { buffer, sha256 }, keys });

/** Both versions in columns; null where one has none, or they are sooner read from the database. */
async function bothKeyed(
  base: VersionRow, other: VersionRow,
): Promise<{ base: KeyedColumns; other: KeyedColumns } | null> {
  if (Math.max(base.normalizedCount, other.normalizedCount) < COLUMNS_FROM) return null;
  const [before, after] = await Promise.all([keyedColumns(base.id), keyedColumns(other.id)]);
  return before && after && { base: before, other: after };
}

const toCell = (row: CellRow): ChangeCell => ({
  match: row.match, direction: row.direction, writtenOff: row.written_off,
  fromBucket: row.from_bucket, toBucket: row.to_bucket,
  baseRows: row.base_rows, otherRows: row.other_rows,
  baseOutstanding: BigInt(row.base_outstanding), otherOutstanding: BigInt(row.other_outstanding),
  baseCollateral: BigInt(row.base_collateral), otherCollateral: BigInt(row.other_collateral),
});

const amountOf = (units: bigint) => ({ amount: amountFromUnits(units), units: String(units) });

const scoreOf = (row: VersionRow): number | null =>
  (row.quality as { score?: number } | null)?.score ?? null;

const sideOf = (row: VersionRow): Comparison["base"] => ({
  dataset_version_id: row.id, number: row.number,
  as_of: row.asOf?.toISOString().slice(0, 10) ?? null, quality_score: scoreOf(row),
});

const toBridge = <Step extends string>({ opening, steps, closing }: Bridge<Step>) => ({
  opening: amountOf(opening),
  steps: steps.map(({ step, amount }) => ({ step, ...amountOf(amount) })),
  closing: amountOf(closing),
});

function toRollRates(cells: readonly ChangeCell[]): Comparison["roll_rates"] {
  const { rows, withoutDays } = rollRates(cells);
  return {
    without_days_past_due: withoutDays,
    rows: rows.map((row) => ({
      from: row.from, count: row.count, balance: amountOf(row.balance),
      count_reason: row.countGap, balance_reason: row.balanceGap,
      to: row.to.map((cell) => ({ bucket: cell.to, count: cell.count,
        balance: amountOf(cell.balance), count_share: cell.countShare,
        balance_share: cell.balanceShare })),
    })),
  };
}

type Change = ResponseOf<"listInstrumentChanges">["items"][number];
type ChangeRow = {
  instrument_id: string; match: Change["match"]; moved_units: string;
  base_outstanding: string | null; other_outstanding: string | null;
  base_collateral: string | null; other_collateral: string | null;
  base_days: number | null; other_days: number | null;
  base_status: string | null; other_status: string | null;
};

/** The instruments that came, went or changed, page by page. */
export async function listInstrumentChanges(
  query: QueryOf<"listInstrumentChanges">,
): Promise<ResponseOf<"listInstrumentChanges">> {
  const { base, other } = await bothSealed(query);
  const rows = await changeRows(base, other, {
    limit: query.limit + 1,
    matches: query.match === undefined ? LISTED_CHANGES : [query.match],
    after: query.cursor === undefined ? null : changePlace(query.cursor),
  });
  const page = rows.slice(0, query.limit);
  const last = page.at(-1);
  return { items: page.map(toChange), next_cursor: rows.length > query.limit && last
    ? encodeCursor([last.moved_units, last.instrument_id]) : null };
}

type ChangeRequest = { limit: number; matches: readonly Change["match"][];
  after: { units: string; id: string } | null };

async function changeRows(
  base: VersionRow, other: VersionRow, request: ChangeRequest,
): Promise<ChangeRow[]> {
  const keyed = await bothKeyed(base, other);
  if (keyed === null) {
    return (await pool().query<ChangeRow>(
      changedInstruments({ base: base.id, other: other.id, ...request }))).rows;
  }
  const { after } = request;
  const [rows = []] = await runOnThreads("changedInstruments", [{ base: partOf(keyed.base),
    other: partOf(keyed.other), request: { ...request,
      after: after && { units: Number(after.units), id: after.id } } }]);
  return rows.map((each) => changeRow(each, keyed.base, keyed.other));
}

/** An instrument's rows as the database gives them. */
function changeRow(
  { match, row, otherRow, moved }: ChangedRows, base: KeyedColumns, other: KeyedColumns,
): ChangeRow {
  const [before, after] = [stateOf(base, row), stateOf(other, otherRow)];
  return {
    instrument_id: before.id ?? after.id ?? "", match: match as Change["match"],
    moved_units: String(BigInt(moved)),
    base_outstanding: before.outstanding, other_outstanding: after.outstanding,
    base_collateral: before.collateral, other_collateral: after.collateral,
    base_days: before.days, other_days: after.days,
    base_status: before.status, other_status: after.status,
  };
}

function stateOf({ columns: { columns }, keys: buffer }: KeyedColumns, row: number): {
  id: string | null; outstanding: string | null; collateral: string | null;
  days: number | null; status: string | null;
} {
  if (row < 0) return { id: null, outstanding: null, collateral: null, days: null, status: null };
  const units = (amounts: Float64Array): string =>
    String(BigInt(row < columns.debtCount ? amounts[row] as number : 0));
  const days = keysIn(buffer, columns).daysPastDue[row] as number;
  return { id: valueAt(columns, "instrument_id", row), status: valueAt(columns, "status", row),
    outstanding: units(columns.outstanding), collateral: units(columns.collateral),
    days: days === NO_DAYS ? null : days };
}

function changePlace(cursor: string): { units: string; id: string } {
  const [units, id] = decodeCursor(cursor, 2);
  if (typeof units !== "string" || !/^\d{1,30}$/.test(units) || typeof id !== "string") {
    throw invalidCursor();
  }
  return { units, id };
}

function toChange(row: ChangeRow): Change {
  const side = (
    outstanding: string | null, collateral: string | null, days: number | null,
    status: string | null,
  ): Change["base"] => outstanding === null || collateral === null ? null
    : { outstanding: amountOf(BigInt(outstanding)), collateral: amountOf(BigInt(collateral)),
      days_past_due: days, status };
  return {
    instrument_id: row.instrument_id, match: row.match,
    outstanding_change: amountOf(
      BigInt(row.other_outstanding ?? 0) - BigInt(row.base_outstanding ?? 0)),
    base: side(row.base_outstanding, row.base_collateral, row.base_days, row.base_status),
    other: side(row.other_outstanding, row.other_collateral, row.other_days, row.other_status),
  };
}
