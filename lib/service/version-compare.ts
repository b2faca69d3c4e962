import type { QueryOf, ResponseOf } from "@/lib/contract/operations";
import { LISTED_CHANGES } from "@/lib/contract/facts";
import { amountFromUnits } from "@/lib/kernel/exact";
import {
  changeCounts, collateralBridge, outstandingBridge, rollRates, type Bridge, type ChangeCell,
} from "@/lib/risk";
import { AppError } from "./app-error";
import { findSealed, type VersionRow } from "./datasets";
import { pool } from "./db/database";
import { changedInstruments, compareStatement } from "./db/compare-query";
import { decodeCursor, encodeCursor, invalidCursor } from "./paging";

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
  const found = await pool().query<CellRow>(compareStatement(base.id, other.id));
  const cells = found.rows.map(toCell);
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
  const { rows } = await pool().query<ChangeRow>(changedInstruments({
    base: base.id, other: other.id, limit: query.limit + 1,
    matches: query.match === undefined ? LISTED_CHANGES : [query.match],
    after: query.cursor === undefined ? null : changePlace(query.cursor),
  }));
  const page = rows.slice(0, query.limit);
  const last = page.at(-1);
  return { items: page.map(toChange), next_cursor: rows.length > query.limit && last
    ? encodeCursor([last.moved_units, last.instrument_id]) : null };
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
