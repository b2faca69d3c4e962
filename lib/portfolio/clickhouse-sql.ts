import { canonicalJson, type Json } from "../kernel/canonical";
import {
  marketOf, type GroupDimension, type GroupValue, type Scenario, type SegmentWhere,
} from "../risk";
import { ALL_ROWS_TABLE, DIGITS, dimensionColumn, type LoadFacts } from "./clickhouse-table";
import type { PortfolioColumns } from "./portfolio-columns";

/**
 * MODEL.md section 4 as SQL for a ClickHouse cluster, with the same bits as in
 * process: each debt's collateral at a market is the float64 product, rounded to whole units by
 * the same added and subtracted constant, and sums are of whole float64 numbers that cannot pass
 * 2^53, where they are exact in any order. Written for version 18.16, which lacks `roundBankers`
 * and checks no overflow. The answer is read by `clickhouse-answer.ts`.
 */
export type StressQuery = {
  /** One, and another for each MARKETS_IN_STATEMENT markets more. */
  statements: string[];
  /** How many columns of their answers are which, in this order. */
  shape: AnswerShape;
};

export type AnswerShape = {
  /** Keys first, then the count of rows; the figures without a market in the first answer only. */
  groups: number;
  /** Segments, 32 to a column. */
  segments: number;
  hasAssets: boolean;
  /** How many digits of 20 bits each exact sum comes in, the lowest first. */
  limbs: { outstanding: number; collateral: number; assets: number; value: number };
  /** By answer: the same for collateral after the shock and what is added up to the shortfall. */
  markets: MarketShape[][];
  /** Of each scenario the market that it has; scenarios that differ in other shocks share one. */
  marketOf: number[];
};
export type MarketShape = {
  stressed: number;
  shortfall: number;
  /** Debts and what covers them are added apart, where their difference may be too large. */
  isApart: boolean;
};

export type QueryInput = {
  database: string;
  load: bigint;
  facts: LoadFacts;
  dimensions: PortfolioColumns["dimensions"];
  groupBy: readonly GroupDimension[];
  wheres: readonly SegmentWhere[];
  scenarios: readonly Scenario[];
};

/** Reading a statement takes the cluster time with the square of its length. */
export const MARKETS_IN_STATEMENT = 40;
const TO_WHOLE = "6755399441055744.";
const WHOLE_LIMIT = 2 ** 51;
const EXACT_LIMIT = 2 ** 53;
/** Whole from here on, so that only smaller ones are rounded. */
const WHOLE_FROM = "4503599627370496.";
export const LIMB_BITS = 20;
const LIMB = 2 ** LIMB_BITS;
export const SEGMENTS_IN_COLUMN = 32;
/** As functions of a row: 18.16 stumbles over constants among the keys of a distributed query. */
const ALWAYS_0 = "toUInt32(is_debt > 1)";
const ALWAYS = "is_debt < 2";
const NEVER = "is_debt > 1";

/** The statements for a load, and the shape of their answers (format TabSeparated). */
export function stressQuery(input: QueryInput): StressQuery {
  const { facts, scenarios, wheres } = input;
  const names = new Names();
  const flags = wheres.map((where) => segmentCondition(where, input.dimensions));
  const packed = packFlags(flags);
  const keys = [...input.groupBy.map((dimension) =>
    input.dimensions[dimension] ? dimensionColumn(dimension) : ALWAYS_0), ...packed];
  const places = new Map(wheres.map((where, at) => [canonicalJson(where as Json), at]));
  const limbs = { outstanding: limbsFor(facts.total.outstanding, facts.rows),
    collateral: limbsFor(facts.total.collateral, facts.rows),
    assets: limbsFor(facts.total.assets, facts.rows),
    value: limbsFor(facts.total.value, facts.rows) };
  const sums = [
    "sum(is_debt)", "sum(is_first)",
    ...exactSum("outstanding", limbs.outstanding, names),
    ...exactSum("collateral", limbs.collateral, names),
    ...exactSum("assets", limbs.assets, names), ...digitSums("interest"),
    ...(facts.hasAssets
      ? [...exactSum("value", limbs.value, names), ...digitSums("recovery")] : []),
  ];
  const known = new Map<string, number>();
  const different = scenarios.filter((scenario) => {
    const key = marketKey(scenario);
    return !known.has(key) && known.set(key, known.size);
  });
  const markets = different.map((scenario) => marketSums(facts, scenario, names, (where) =>
    flags[places.get(canonicalJson(where as Json)) as number] as string));
  const batches = Array.from({ length: Math.ceil(markets.length / MARKETS_IN_STATEMENT) },
    (_, at) => markets.slice(at * MARKETS_IN_STATEMENT, (at + 1) * MARKETS_IN_STATEMENT));
  const named = keys.map((key, index) => `${key} AS k${index}`);
  const by = keys.length === 0 ? "" : ` GROUP BY ${keys.map((_, index) => `k${index}`).join(", ")}`;
  const statements = batches.map((batch, at) => `SELECT ${[...named, "count()",
    ...(at === 0 ? sums : []), ...batch.flatMap(({ sql }) => sql)].join(", ")} ` +
    `FROM ${input.database}.${ALL_ROWS_TABLE} WHERE load = ${input.load}${by} ` +
    "FORMAT TabSeparated");
  return { statements, shape: { groups: input.groupBy.length, segments: wheres.length,
    hasAssets: facts.hasAssets, limbs, markets: batches.map((batch) =>
      batch.map(({ shape }) => shape)),
    marketOf: scenarios.map((scenario) => known.get(marketKey(scenario)) as number) } };
}

/** How many groups the rows of a load make, where the columns' labels alone allow too many. */
export function groupCountQuery({ database, load, groupBy }: Pick<QueryInput,
  "database" | "load" | "groupBy">): string {
  return `SELECT uniqExact(${groupBy.map(dimensionColumn).join(", ")}) ` +
    `FROM ${database}.${ALL_ROWS_TABLE} WHERE load = ${load}`;
}

/** Equal for scenarios that have the same market everywhere. */
const marketKey = (scenario: Scenario): string => canonicalJson([
  scenario.collateral_market_impact_pct,
  (scenario.segment_shocks ?? []).filter((entry) =>
    entry.collateral_market_impact_pct !== undefined)
    .map((entry) => [entry.where as Json, entry.collateral_market_impact_pct as number])]);

/** Names for what a statement uses twice. */
class Names {
  private count = 0;
  next(): string {
    this.count += 1;
    return `x${this.count}`;
  }
}

/** Whether a row is in a segment, by its codes; what no row has is in none. */
function segmentCondition(
  where: SegmentWhere, dimensions: PortfolioColumns["dimensions"],
): string {
  const conditions: string[] = [];
  for (const [name, wanted] of Object.entries(where)) {
    const dimension = name as GroupDimension;
    const values: readonly GroupValue[] = Array.isArray(wanted) ? wanted : [wanted];
    const labels = dimensions[dimension]?.labels;
    const codes = values.map((value) => value === null ? 0 : (labels?.indexOf(value) ?? -1) + 1)
      // A label that is not there has place -1, which is the code of null.
      .filter((code, index) => code > 0 || values[index] === null);
    if (!labels) conditions.push(codes.length > 0 ? ALWAYS : NEVER);
    else if (codes.length === 0) conditions.push(NEVER);
    else conditions.push(`${dimensionColumn(dimension)} IN (${codes.join(", ")})`);
  }
  return `(${conditions.join(" AND ")})`;
}

/** Flags as bits of as few whole numbers as hold them. */
function packFlags(flags: readonly string[]): string[] {
  const packed: string[] = [];
  for (let at = 0; at < flags.length; at += SEGMENTS_IN_COLUMN) {
    packed.push(flags.slice(at, at + SEGMENTS_IN_COLUMN)
      .map((flag, bit) => `toUInt64(${flag}) * ${2 ** bit}`).join(" + "));
  }
  return packed;
}

/** The digits that a sum of whole numbers needs so that the sum of none of them passes 2^53. */
function limbsFor(total: number, rows: number): number {
  let limbs = 1;
  while (total / LIMB ** (limbs - 1) + rows >= EXACT_LIMIT) limbs += 1;
  return limbs;
}

/**
 * Sums of the digits of a whole float64 number, each digit the nearest to what is left. The number
 * has `name` in the rest of the statement.
 */
function exactSum(whole: string, limbs: number, names: Names, name = names.next()): string[] {
  const sums: string[] = [];
  let rest = name;
  for (let limb = 1; limb < limbs; limb += 1) {
    const upper = names.next();
    sums.push(`${rest} - (${rest} / ${LIMB} + ${TO_WHOLE} - ${TO_WHOLE} AS ${upper}) * ${LIMB}`);
    rest = upper;
  }
  // A name is given where it is used first.
  return [...sums, rest].map((sum, index) =>
    `sum(${index === 0 ? sum.replace(name, `(${whole} AS ${name})`) : sum})`);
}

const digitSums = (name: string): string[] => DIGITS.map((digit) => `sum(${name}_${digit})`);

function marketSums(
  facts: LoadFacts, scenario: Scenario, names: Names, flagOf: (where: SegmentWhere) => string,
): { sql: string[]; shape: MarketShape } {
  const entries = (scenario.segment_shocks ?? []).flatMap((entry) =>
    entry.collateral_market_impact_pct === undefined ? [] : [{ flag: flagOf(entry.where),
      market: marketOf({ ...scenario,
        collateral_market_impact_pct: entry.collateral_market_impact_pct }) }]);
  const own = marketOf(scenario);
  // The last entry that fits wins: it is asked for first.
  const market = entries.length === 0 ? literal(own) : `multiIf(${entries.toReversed()
    .map(({ flag, market: value }) => `${flag}, ${literal(value)}`).join(", ")}, ${literal(own)})`;
  const highest = entries.reduce((most, { market: value }) => Math.max(most, value), own);
  const cover = facts.largest.cover * highest;
  const ownOf = (column: string): string =>
    facts.hasStated ? `${column} * (1 - is_stated)` : column;
  const product = `${ownOf("collateral")} * ${market}`;
  const isSmall = cover < WHOLE_LIMIT;
  const left = names.next();
  const stressed = isSmall ? `${product} + ${TO_WHOLE} - ${TO_WHOLE}`
    : largeRounded(product, names);
  const isApart = !isSmall || facts.largest.owed + cover >= EXACT_LIMIT;
  const total = facts.total.collateral * highest + facts.rows;
  const limbs = limbsFor(total, facts.rows);
  const lackLimbs = limbsFor(total + facts.total.outstanding, facts.rows);
  const owed = ownOf("outstanding");
  const lack = isApart
    ? [...exactSum(`if(${owed} > ${left}, ${owed}, 0.)`, lackLimbs, names),
      ...exactSum(`if(${owed} > ${left}, ${left}, 0.)`, lackLimbs, names)]
    : exactSum(`greatest(${owed} - ${left}, 0.)`, lackLimbs, names);
  return { sql: [...exactSum(stressed, limbs, names, left), ...lack],
    shape: { stressed: limbs, shortfall: lackLimbs, isApart } };
}

/** Rounded where the other constant would lose bits: below 2^52 by one of the number's sign. */
function largeRounded(product: string, names: Names): string {
  const x = names.next();
  return `if(abs(${product} AS ${x}) >= ${WHOLE_FROM}, ${x}, ` +
    `if(${x} < 0, ${x} - ${WHOLE_FROM} + ${WHOLE_FROM}, ${x} + ${WHOLE_FROM} - ${WHOLE_FROM}))`;
}

const bytes = new DataView(new ArrayBuffer(8));

/** A float64 by its bits: no reader of decimals comes between. */
function literal(value: number): string {
  bytes.setFloat64(0, value, true);
  const hex = Array.from({ length: 8 }, (_, at) => bytes.getUint8(at).toString(16).padStart(2, "0"));
  return `reinterpretAsFloat64(unhex('${hex.join("")}'))`;
}
