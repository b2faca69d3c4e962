import {
  INSTRUMENT_SORT_COLUMNS, INSTRUMENT_TEXT_COLUMNS, SECURED_DEBTS_LIMIT,
} from "@/lib/contract/record";
import { GROUP_COLUMNS, type GroupColumn } from "@/lib/contract/facts";
import type { QueryOf, ResponseOf } from "@/lib/contract/operations";
import { isUuid } from "@/lib/kernel/ids";
import { AMOUNT_SCALE, amountFromUnits, fromUnits } from "@/lib/kernel/exact";
import { KEY_SORTS, PAGE_SORTS, type PageRequest } from "@/lib/portfolio";
import { AppError } from "../platform/app-error";
import { findContent, findSealed } from "./datasets";
import { pool, prisma } from "../db/database";
import { instrumentStatements, sortType, type InstrumentQuery } from "../db/instrument-query";
import { sortsByBytes } from "../db/sorting-query";
import { labelOrder } from "./label-order";
import { decodeCursor, encodeCursor, invalidCursor, isWhole } from "../platform/paging";
import { judgementOf } from "./version-quality";
import { keyedAtHand } from "./record-keys";
import { shortfallsOf } from "./secured-debts";
import { runOnThreads } from "../calculation/threads";
import { COLUMNS_FROM, sharedColumns } from "./version-columns";

type Instrument = ResponseOf<"listInstruments">["items"][number];
type InstrumentRow = Omit<Instrument, "record_kind" | "row" | "principal" | "collateral_value" |
  "distressed_value" | "distressed_recovery"> & {
  kind: Instrument["record_kind"]; row_number: number; outstanding_units: string;
  collateral_units: string; distressed_units: string; distressed_recovery_units: string;
  sort_value: string | null;
};

const invalid = (path: string, message: string): AppError => new AppError("PARAMETERS_INVALID",
  { message: `${path}: ${message}`, errors: [{ path, message }] });

/** Instruments of a version, filtered and sorted by any column, page by page. */
export async function listInstruments(
  versionId: string, query: QueryOf<"listInstruments">,
): Promise<ResponseOf<"listInstruments">> {
  const version = await findSealed(versionId);
  const asked = instrumentQuery(version.id, query);
  const known = version.normalizedCount < COLUMNS_FROM ? null : await rowsOfColumns(asked);
  const statements = instrumentStatements(
    known?.rows ? { ...asked, rows: known.rows } : asked);
  const [page, total] = await Promise.all([
    pool().query<InstrumentRow>(statements.page),
    known?.total ?? pool().query<{ total: number }>(statements.total)
      .then(({ rows: [counted] }) => counted?.total ?? 0),
  ]);
  const rows = page.rows.slice(0, query.limit);
  const last = rows.at(-1);
  return {
    items: rows.map(toInstrument),
    next_cursor: page.rows.length > query.limit && last
      ? encodeCursor([query.sort, last.sort_value, last.row_number]) : null,
    total,
  };
}

/**
 * How many records there are and, where columns hold what they are sorted by, the rows of a page,
 * in a thread; null where only the records know.
 */
async function rowsOfColumns(query: InstrumentQuery): Promise<{
  rows: number[] | null; total: number } | null> {
  const { descending, limit } = query;
  const isKnown = (column: string): column is GroupColumn =>
    (GROUP_COLUMNS as readonly string[]).includes(column);
  const filters = query.filters.flatMap(({ column, values }) =>
    isKnown(column) ? [{ dimension: column, values }] : []);
  if (filters.length < query.filters.length) return null;
  if (query.idPart !== null && !await sortsByBytes()) return null;
  const shared = await sharedColumns(query.versionId);
  if (!shared) return null;
  const order = await orderOf(query);
  const [found = null] = await runOnThreads("recordPage", [{ shared, keys: order?.keys ?? null,
    request: { filters, descending, idPart: query.idPart,
      ...order?.by ?? { sort: "row", after: null }, limit: order ? limit + 1 : 0 } }]);
  return found && { total: found.total, rows: order && found.rows };
}

/** What columns sort a page by, and with which keys; null where only the records know. */
async function orderOf({ versionId, sort, after, shocks }: InstrumentQuery): Promise<{
  by: Pick<PageRequest, "sort" | "after">; keys: SharedArrayBuffer | null } | null> {
  const place = after && { value: after.value === null ? null : Number(after.value),
    row: after.row };
  const own = PAGE_SORTS.find((name) => name === sort);
  if (own) return after?.value === null ? null : { by: { sort: own, after: place }, keys: null };
  if (sort === "stress_impact") {
    return shocks && after?.value !== null
      ? { by: { sort: { shocks }, after: place }, keys: null } : null;
  }
  const keySort = KEY_SORTS.find((name) => name === sort);
  if (keySort) {
    const keyed = await keyedAtHand(versionId);
    return keyed && { by: { sort: keySort, after: place }, keys: keyed.keys };
  }
  const by = await labelOrder(versionId, { sort, after });
  return by && { by, keys: null };
}

function instrumentQuery(versionId: string, query: QueryOf<"listInstruments">): InstrumentQuery {
  const descending = query.sort.startsWith("-");
  const sort = descending ? query.sort.slice(1) : query.sort;
  if (!(INSTRUMENT_SORT_COLUMNS as readonly string[]).includes(sort)) {
    throw invalid("sort", `"${sort}" is no column; columns are ${INSTRUMENT_SORT_COLUMNS.join(", ")}`);
  }
  const shocks = {
    collateral: query.collateral_market_impact_pct ?? 0,
    recovery: query.recovery_degradation_pct ?? 0,
    default: query.default_risk_increment_pct ?? 0,
    netting: query.netting,
  };
  const shocked = query.collateral_market_impact_pct !== undefined ||
    query.recovery_degradation_pct !== undefined || query.default_risk_increment_pct !== undefined;
  if (sort === "stress_impact" && !shocked) {
    throw invalid("sort", "stress_impact needs at least one of the three shocks");
  }
  return {
    versionId, sort, descending, shocks: shocked ? shocks : null, limit: query.limit,
    idPart: query.q === undefined || query.q === "" ? null : query.q,
    filters: INSTRUMENT_TEXT_COLUMNS.flatMap((column) => {
      const text = query[column];
      if (text === undefined || text === "") return [];
      // A value may itself hold a comma: the whole text is wanted as well as its parts.
      const values = [...new Set([text, ...text.split(",")])]
        .map((value) => value === "null" ? null : value);
      return [{ column, values }];
    }),
    after: query.cursor === undefined ? null : positionOf(query.cursor, query.sort, sort),
  };
}

const NUMBER = /^-?\d{1,40}(\.\d{1,40})?(e[+-]?\d{1,3})?$/;

function positionOf(
  cursor: string, order: string, column: string,
): NonNullable<InstrumentQuery["after"]> {
  const [sortedBy, value = null, row] = decodeCursor(cursor, 3);
  const fits = value === null || (typeof value === "string" &&
    (sortType(column) === "text" || NUMBER.test(value) && Number.isFinite(Number(value))));
  if (sortedBy !== order || !isWhole(row) || !fits) throw invalidCursor();
  return { value, row };
}

function toInstrument(row: InstrumentRow): Instrument {
  const { kind, row_number, outstanding_units, collateral_units, distressed_units,
    distressed_recovery_units, sort_value: _sortValue, ...rest } = row;
  return {
    ...rest,
    record_kind: kind,
    row: row_number,
    principal: amountFromUnits(BigInt(outstanding_units)),
    collateral_value: amountFromUnits(BigInt(collateral_units)),
    distressed_value: amountFromUnits(BigInt(distressed_units)),
    distressed_recovery: fromUnits(BigInt(distressed_recovery_units), 10n ** 12n),
  };
}

/** The debts that netting by instrument rests on, for who computes it outside; bounded. */
export async function getSecuredDebts(
  versionId: string,
): Promise<ResponseOf<"getSecuredDebts">> {
  const version = await findSealed(versionId);
  const { outstanding, collateral } = (await shortfallsOf(version.id)).debts;
  const isAllowed = outstanding.length <= SECURED_DEBTS_LIMIT;
  const amounts = (units: Float64Array): number[] =>
    Array.from(units, (amount) => amount / AMOUNT_SCALE);
  return {
    count: outstanding.length,
    outstanding: isAllowed ? amounts(outstanding) : null,
    collateral: isAllowed ? amounts(collateral) : null,
  };
}

type StoredRecord = { record_id: string; kind: string; row_number: number;
  source_record_id: string | null; raw_record_id: string | null; payload: unknown;
  sha256: string };

const RECORD_SQL = {
  raw: `SELECT raw_record_id AS record_id, kind, row_number, source_record_id,
    NULL::uuid AS raw_record_id, payload, sha256 FROM raw_record`,
  normalized: `SELECT normalized_record_id AS record_id, kind, row_number,
    NULL::text AS source_record_id, raw_record_id, payload, sha256 FROM normalized_record`,
};

const toRecord = ({ row_number, ...row }: StoredRecord) => ({ ...row, row: row_number });

/** Raw or normalized records in the order of the tape; the file and the sum come first. */
export async function listRecords(
  versionId: string, query: QueryOf<"listRecords">,
): Promise<ResponseOf<"listRecords">> {
  const version = await findContent(versionId);
  const [row, id] = query.cursor === undefined ? [-1, "00000000-0000-0000-0000-000000000000"]
    : decodeCursor(query.cursor, 2);
  if (!isWhole(row) || !isUuid(String(id))) throw invalidCursor();
  const key = query.kind === "raw" ? "raw_record_id" : "normalized_record_id";
  const found = await pool().query<StoredRecord>(
    `${RECORD_SQL[query.kind]} WHERE dataset_version_id = $1
       AND (row_number, ${key}) > ($2, $3) ORDER BY row_number, ${key} LIMIT $4`,
    [version.id, row, id, query.limit + 1]);
  const page = found.rows.slice(0, query.limit);
  const last = page.at(-1);
  return {
    items: page.map(toRecord),
    next_cursor: found.rows.length > query.limit && last
      ? encodeCursor([last.row_number, last.record_id]) : null,
  };
}

/** One record of a version with the raw row it came from, or what its raw row became. */
export async function getRecord(
  versionId: string, recordId: string,
): Promise<ResponseOf<"getRecord">> {
  const version = await findContent(versionId);
  if (!isUuid(recordId)) throw new AppError("RECORD_NOT_FOUND");
  const byId = await pool().query<StoredRecord>(
    `${RECORD_SQL.normalized} WHERE dataset_version_id = $1 AND normalized_record_id = $2`,
    [version.id, recordId]);
  const rawId = byId.rows[0]?.raw_record_id ??
    (byId.rows[0]?.kind === "consolidated" ? version.reportRawRecordId : recordId);
  const raw = await pool().query<StoredRecord>(
    `${RECORD_SQL.raw} WHERE dataset_version_id = $1 AND raw_record_id = $2`,
    [version.id, rawId]);
  const normalized = byId.rows[0] || !raw.rows[0] ? byId : await pool().query<StoredRecord>(
    `${RECORD_SQL.normalized} WHERE dataset_version_id = $1 AND row_number = $2
       AND raw_record_id = $3`, [version.id, raw.rows[0].row_number, recordId]);
  if (!raw.rows[0] && !normalized.rows[0]) throw new AppError("RECORD_NOT_FOUND");
  return {
    raw: raw.rows[0] ? toRecord(raw.rows[0]) : null,
    normalized: normalized.rows[0] ? toRecord(normalized.rows[0]) : null,
    ...await joinedTo(version.id, normalized.rows[0] ?? null),
  };
}

const RELATED = 100;

/** What a loan of several tables was joined with: who owes, what secures it, and more of both. */
async function joinedTo(
  versionId: string, record: StoredRecord | null,
): Promise<Pick<ResponseOf<"getRecord">, "obligor" | "collaterals" | "supplements">> {
  const { instrument_id: id, obligor_id: obligorId } =
    (record?.payload ?? {}) as { instrument_id?: string; obligor_id?: string };
  if (record?.kind !== "instrument") return { obligor: null, collaterals: [], supplements: [] };
  const related = (kind: string, column: string, value: string | undefined, limit: number) =>
    (value === undefined ? { rows: [] } : pool().query<StoredRecord>(
      `${RECORD_SQL.normalized} WHERE dataset_version_id = $1 AND kind = '${kind}'
         AND ${column} = $2 ORDER BY row_number LIMIT ${limit}`, [versionId, value]));
  const [obligors, collaterals] = await Promise.all([
    related("obligor", "obligor_id", obligorId, 1),
    related("collateral", "instrument_id", id, RELATED)]);
  const subjects = [id, ...collaterals.rows.map(({ payload }) =>
    (payload as { collateral_id?: string } | null)?.collateral_id)];
  const { rows: supplements } = await pool().query<StoredRecord>(
    `${RECORD_SQL.normalized} WHERE dataset_version_id = $1 AND kind = 'supplement'
       AND coalesce(instrument_id, payload->>'collateral_id') = ANY($2)
     ORDER BY row_number LIMIT ${RELATED}`,
    [versionId, subjects.filter((subject) => subject !== undefined)]);
  return { obligor: obligors.rows[0] ? toRecord(obligors.rows[0]) : null,
    collaterals: collaterals.rows.map(toRecord), supplements: supplements.map(toRecord) };
}

type StoredQuality = { score: number; columns: unknown[]; problem_counts: Record<string, number> };

/** Quality of a version with its row problems, errors before warnings. */
export async function getQuality(
  versionId: string, query: QueryOf<"getQuality">,
): Promise<ResponseOf<"getQuality">> {
  const version = await findContent(versionId);
  const [severity, id] = query.cursor === undefined ? ["", 0] : decodeCursor(query.cursor, 2);
  if (!Number.isSafeInteger(id)) throw invalidCursor();
  const after = query.cursor === undefined ? {} : {
    OR: [{ severity: { gt: String(severity) } },
      { severity: String(severity), id: { gt: BigInt(id as number) } }],
  };
  const rows = await prisma().rowProblem.findMany({
    where: { datasetVersionId: version.id, ...after,
      ...(query.code === undefined ? {} : { code: query.code }),
      ...(query.rule === undefined ? {} : { ruleId: query.rule }) },
    orderBy: [{ severity: "asc" }, { id: "asc" }],
    take: query.limit + 1,
  });
  const page = rows.slice(0, query.limit);
  const last = page.at(-1);
  const quality = version.quality as StoredQuality | null;
  const { header, delimiter } = (version.options ?? {}) as StoredOptions;
  return {
    score: quality?.score ?? null,
    columns: quality?.columns ?? [],
    problem_counts: quality?.problem_counts ?? {},
    problems: page.map((row) => ({
      row: row.rowNumber, column: row.columnName, value: row.value, code: row.code,
      severity: row.severity as "error" | "warning", message: row.message,
      recommendation: row.recommendation, rule: row.ruleId,
      ...(row.tableName === null ? {} : { table: row.tableName }),
      ...(row.tableLine === null ? {} : { line: row.tableLine }),
    })),
    next_cursor: rows.length > query.limit && last
      ? encodeCursor([last.severity, Number(last.id)]) : null,
    file: header ? { header, delimiter: delimiter ?? "," } : null,
    ...judgementOf(version.quality, version.options),
  };
}

/** What the import of a CSV noted about the file. */
type StoredOptions = { header?: string[]; delimiter?: string };
