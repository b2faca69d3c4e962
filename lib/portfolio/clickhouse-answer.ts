import { assert } from "../kernel/assert";
import { err, ok, type Result } from "../kernel/result";
import { type GroupDimension, type GroupValue, type SegmentWhere } from "../risk";
import { LIMB_BITS, SEGMENTS_IN_COLUMN, type AnswerShape } from "./clickhouse-sql";
import { DIGITS, type LoadFacts } from "./clickhouse-table";
import type { PortfolioColumns } from "./portfolio-columns";
import { groupOrder, statedDebts, type Cut } from "./cut";
import { ExactColumn } from "./exact-column";
import type { MarketSums } from "./market-sums";

/** What `stressOfSums` needs, as far as a cluster computed it. */
export type ClusterSums = { cut: Cut; sums: MarketSums };

/** One line of the answer: the rows of a group that are in the same segments. */
type Line = {
  codes: number[]; inside: boolean[]; rows: number; debts: number; records: number;
  outstanding: bigint; collateral: bigint; assets: bigint; interest: bigint;
  value: bigint; recovery: bigint;
  stressed: bigint[]; shortfall: bigint[];
};

type Question = {
  columns: Pick<PortfolioColumns, "dimensions" | "statedFrom" | "statedTo" | "outstanding"
  | "collateral">;
  facts: LoadFacts;
  groupBy: readonly GroupDimension[];
  wheres: readonly SegmentWhere[];
};

/**
 * Reads the answers to `stressQuery` as the sums that `cutColumns` and `sumMarkets` make in
 * process; places of single debts are the only thing that its cut does not have. ROWS_MISSING when
 * the shards did not add up as many rows as were loaded: then nothing of it may be used.
 */
export function readAnswers(
  texts: readonly string[], shape: AnswerShape, question: Question,
): Result<ClusterSums, "ROWS_MISSING"> {
  const { columns, groupBy } = question;
  const lines: Line[] = [];
  const placeOf = new Map<string, number>();
  for (const [answer, text] of texts.entries()) {
    let rows = 0;
    for (const fields of text.split("\n").filter((line) => line !== "")) {
      const line = lineOf(fields.split("\t"), shape, answer);
      if (line.rows === 0) continue;
      rows += line.rows;
      const key = `${line.codes.join()}|${line.inside.join()}`;
      const first = lines[placeOf.get(key) ?? -1];
      if (first === undefined) placeOf.set(key, lines.push(line) - 1);
      else {
        first.stressed.push(...line.stressed);
        first.shortfall.push(...line.shortfall);
      }
    }
    if (rows !== question.facts.rows) return err("ROWS_MISSING");
  }
  const { keys, groupOf } = groupsOf(lines, question);
  const profiles = new Profiles();
  const placed = lines.map((line) => ({ line, group: groupOf(line.codes),
    profile: profiles.idOf(line.inside) }));
  placed.sort((a, b) => a.group - b.group || a.profile - b.profile);
  const counts = new Float64Array(keys.length);
  for (const { line, group } of placed) counts[group] = (counts[group] as number) + line.records;
  return ok({
    cut: { groupBy, groupKeys: keys, wheres: question.wheres,
      profiles: profiles.known(question.wheres.length), counts,
      cells: cellsOf(placed),
      debts: { count: 0, owed: new Float64Array(0), cover: new Float64Array(0), largest: 0,
        stated: statedDebts(columns, (row) => groupOf(groupBy.map((dimension) =>
          columns.dimensions[dimension]?.codes[row] ?? 0))) } },
    sums: sumsOf(placed, keys.length, shape),
  });
}

type Placed = { line: Line; group: number; profile: number };

const NO_FIGURES = { debts: 0, records: 0, outstanding: 0n, collateral: 0n, assets: 0n,
  interest: 0n, value: 0n, recovery: 0n };

/** Takes the fields of a line one after the other. */
function lineOf(fields: readonly string[], shape: AnswerShape, answer: number): Line {
  let at = 0;
  const next = (): string => fields[at++] as string;
  const many = <T>(count: number, read: () => T): T[] => Array.from({ length: count }, read);
  const whole = (): number => Number(next());
  const sum = (limbs: number): bigint => many(limbs, whole).reduceRight((upper, limb) =>
    (upper << BigInt(LIMB_BITS)) + BigInt(limb), 0n);
  const digits = (): bigint => many(DIGITS.length, () => BigInt(next()))
    .reduceRight((upper, digit) => (upper << 32n) + digit, 0n);
  const codes = many(shape.groups, whole);
  const packed = many(Math.ceil(shape.segments / SEGMENTS_IN_COLUMN), whole);
  const inside = Array.from({ length: shape.segments }, (_, segment) =>
    Math.floor((packed[Math.floor(segment / SEGMENTS_IN_COLUMN)] as number)
      / 2 ** (segment % SEGMENTS_IN_COLUMN)) % 2 === 1);
  const line: Line = { codes, inside, rows: whole(), ...NO_FIGURES, stressed: [], shortfall: [] };
  if (answer === 0) {
    const { limbs, hasAssets } = shape;
    Object.assign(line, { debts: whole(), records: whole(), outstanding: sum(limbs.outstanding),
      collateral: sum(limbs.collateral), assets: sum(limbs.assets), interest: digits() });
    if (hasAssets) Object.assign(line, { value: sum(limbs.value), recovery: digits() });
  }
  for (const market of shape.markets[answer] ?? []) {
    line.stressed.push(sum(market.stressed));
    const lack = sum(market.shortfall);
    line.shortfall.push(market.isApart ? lack - sum(market.shortfall) : lack);
  }
  assert(at === fields.length, "an answer has the columns that were asked for");
  return line;
}

/** Groups in the order of `cutColumns`: by falling outstanding, then by their keys. */
function groupsOf(
  lines: readonly Line[], { columns, groupBy }: Question,
): { keys: GroupValue[][]; groupOf: (codes: readonly number[]) => number } {
  if (groupBy.length === 0) return { keys: [[]], groupOf: () => 0 };
  const found = new Map<string, { owed: bigint; key: GroupValue[] }>();
  for (const { codes, outstanding } of lines) {
    const group = found.get(codes.join());
    if (group) group.owed += outstanding;
    else {
      found.set(codes.join(), { owed: outstanding, key: groupBy.map((dimension, at) =>
        labelOf(columns.dimensions[dimension], codes[at] as number)) });
    }
  }
  const groups = [...found.values()];
  const order = groupOrder(groups.map(({ owed }) => owed), groups.map(({ key }) => key));
  const names = [...found.keys()];
  const places = new Map(Array.from(order, (group, place) => [names[group], place]));
  return { keys: Array.from(order, (group) => (groups[group] as { key: GroupValue[] }).key),
    groupOf: (codes) => places.get(codes.join()) as number };
}

const labelOf = (
  dimension: PortfolioColumns["dimensions"][GroupDimension], code: number,
): GroupValue => code === 0 || !dimension ? null : dimension.labels.at(code - 1);

/** Ids of what is true of all segments together. */
class Profiles {
  private readonly ids = new Map<string, number>();
  private readonly members: boolean[][] = [];

  idOf(inside: boolean[]): number {
    const key = inside.join();
    const known = this.ids.get(key);
    if (known !== undefined) return known;
    this.ids.set(key, this.members.length);
    return this.members.push(inside) - 1;
  }

  /** At least one, as a portfolio without rows has. */
  known(segments: number): boolean[][] {
    return this.members.length > 0 ? this.members : [new Array<boolean>(segments).fill(false)];
  }
}

function cellsOf(placed: readonly Placed[]): Cut["cells"] {
  const column = (of: (line: Line) => bigint): ExactColumn => {
    const sums = new ExactColumn(placed.length);
    placed.forEach(({ line }, cell) => addWhole(sums, cell, of(line)));
    return sums;
  };
  const count = (of: (line: Line) => number): Float64Array =>
    Float64Array.from(placed, ({ line }) => of(line));
  return {
    count: placed.length, ids: { of: null, count: placed.length },
    group: Uint32Array.from(placed, ({ group }) => group),
    profile: Uint32Array.from(placed, ({ profile }) => profile),
    debts: count(({ debts }) => debts), assets: count(({ rows, debts }) => rows - debts),
    records: count(({ records }) => records),
    outstanding: column(({ outstanding }) => outstanding),
    outstandingTimesRate: column(({ interest }) => interest),
    collateral: column(({ collateral }) => collateral),
    assetsValue: column(({ assets }) => assets), value: column(({ value }) => value),
    valueTimesRecovery: column(({ recovery }) => recovery),
  };
}

function addWhole(column: ExactColumn, index: number, whole: bigint): void {
  const small = Number(whole);
  if (Number.isSafeInteger(small)) column.add(index, small);
  else column.addBig(index, whole);
}

function sumsOf(placed: readonly Placed[], groupCount: number, shape: AnswerShape): MarketSums {
  const markets = shape.marketOf.length;
  const stressed = new ExactColumn(groupCount * markets);
  const shortfall = new ExactColumn(groupCount * markets);
  for (const { line, group } of placed) {
    shape.marketOf.forEach((market, scenario) => {
      const at = group * markets + scenario;
      addWhole(stressed, at, line.stressed[market] as bigint);
      addWhole(shortfall, at, line.shortfall[market] as bigint);
    });
  }
  return { groupCount, markets, stressed, shortfall };
}
