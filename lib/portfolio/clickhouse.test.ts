import { describe, expect, it } from "vitest";
import type { Scenario } from "../risk";
import { NO_SHOCKS } from "../risk";
import { readAnswers } from "./clickhouse-answer";
import { MARKETS_IN_STATEMENT, stressQuery, type QueryInput } from "./clickhouse-sql";
import { factsOf, nativeBlock, tableStatements } from "./clickhouse-table";
import { ColumnsBuilder } from "./columns";
import type { PortfolioColumns } from "./portfolio-columns";
import { BASE, cutFor, marketsOf, stressOfSums, stressPortfolio } from "./stress-portfolio";
import { sumMarkets } from "./market-sums";

function columnsOf(...loans: { principal: number; collateral_value: number; sector?: string }[]) {
  const builder = new ColumnsBuilder();
  loans.forEach((loan, index) => builder.add(
    { record_kind: "instrument", interest_rate_pct: 9e9, ...loan }, index + 1));
  return builder.finish();
}
const crash = (more: Partial<Scenario> = {}): Scenario => ({ scenario_id: "crash", description: "",
  ...NO_SHOCKS, collateral_market_impact_pct: -0.25, ...more });
const queryOf = (columns: PortfolioColumns, more: Partial<QueryInput> = {}) => stressQuery({
  database: "default", load: 7n, facts: factsOf(columns), dimensions: columns.dimensions,
  groupBy: [], wheres: [], scenarios: [BASE, crash()], ...more });

describe("the statement", () => {
  const columns = columnsOf({ principal: 1, collateral_value: 2, sector: "it's" },
    { principal: 3, collateral_value: 4 });

  it("holds numbers and codes only, no text of a tape", () => {
    const wheres = [{ sector: ["it's", null, "'; DROP TABLE x"] }];
    const { statements: [sql = ""] } = queryOf(columns, { wheres, groupBy: ["sector"],
      scenarios: [crash({ segment_shocks: [{ where: wheres[0] as object,
        collateral_market_impact_pct: -0.5 }] })] });
    expect(sql).toContain("d_sector IN (1, 0)");
    expect(sql).not.toContain("it's");
    expect(sql).not.toContain("DROP");
    // 0.5 and 0.75 by their bits.
    expect(sql).toContain("unhex('000000000000e03f')");
    expect(sql).toContain("unhex('000000000000e83f')");
  });

  it("asks once for a market that scenarios share, and splits what is too long", () => {
    const many = (count: number, step: number): Scenario[] => Array.from({ length: count },
      (_, index) => crash({ collateral_market_impact_pct: -index * step }));
    expect(queryOf(columns, { scenarios: many(200, 0) }).shape.marketOf).toStrictEqual(
      new Array<number>(200).fill(0));
    expect(queryOf(columns, { scenarios: many(200, 0) }).statements).toHaveLength(1);
    const { statements, shape } = queryOf(columns, { scenarios:
      many(MARKETS_IN_STATEMENT + 1, 0.01) });
    expect([statements.length, shape.markets.map((batch) => batch.length)])
      .toStrictEqual([2, [MARKETS_IN_STATEMENT, 1]]);
  });

  it("splits sums only where they could pass 2^53", () => {
    const limbs = (principal: number) =>
      queryOf(columnsOf({ principal, collateral_value: 1 })).shape.limbs.outstanding;
    expect([limbs(1), limbs(9e11), limbs(9.1e11), limbs(9e14)]).toStrictEqual([1, 1, 2, 2]);
    const large = queryOf(columnsOf({ principal: 1, collateral_value: 2.3e11 }));
    expect(large.shape.markets[0]?.[0]?.isApart).toBe(true);
    expect(large.statements[0]).toContain("4503599627370496.");
    expect(queryOf(columns).statements[0]).not.toContain("4503599627370496.");
  });
});

describe("the answer", () => {
  const columns = columnsOf({ principal: 1, collateral_value: 2 },
    { principal: 3, collateral_value: 3 });
  const question = { columns, facts: factsOf(columns), groupBy: [], wheres: [] };
  // 1/10,000 units: rows, debts, records, outstanding, collateral, assets, interest in digits.
  const interest = 40_000n * 9_000_000_000_000_000n;
  const digits = [0n, 32n, 64n, 96n].map((bits) => BigInt.asUintN(32, interest >> bits));
  const line = (rows: number): string => [rows, 2, 2, 40_000, 50_000, 0, ...digits,
    50_000, 0, 37_500, 7_500].join("\t") + "\n";

  it("gives the sums of one process", () => {
    const request = { scenarios: [crash()], netting: "instrument" } as const;
    const read = readAnswers([line(2)], queryOf(columns).shape, question);
    if (!read.ok) throw new Error(read.error);
    const { cut, sums } = read.value;
    const own = cutFor(columns, request);
    const here = sumMarkets(own, marketsOf(own, request), 0, 2);
    expect(sums.shortfall.values()).toStrictEqual(here.shortfall.values());
    expect(stressOfSums(columns, cut, request, [sums]))
      .toStrictEqual((stressPortfolio(columns, request) as { value: unknown }).value);
  });

  it.each([["a row less", line(1)], ["nothing", ""], ["a row twice", line(2) + line(2)]])(
    "is not used with %s", (_, text) => {
      expect(readAnswers([text], queryOf(columns).shape, question))
        .toStrictEqual({ ok: false, error: "ROWS_MISSING" });
    });

  it("breaks on columns that nobody asked for", () => {
    expect(() => readAnswers([line(2).replace("\n", "\t1\n")], queryOf(columns).shape, question))
      .toThrow(/columns that were asked for/);
  });
});

describe("a block", () => {
  it("has its rows in the table's columns, products by their digits", () => {
    const columns = columnsOf({ principal: 2, collateral_value: 1, sector: "CRE" });
    const block = Buffer.from(nativeBlock(columns, 7n, 0, 1));
    const at = (name: string, type: string): Buffer => {
      const head = Buffer.from(`${String.fromCharCode(name.length)}${name}` +
        `${String.fromCharCode(type.length)}${type}`);
      return block.subarray(block.indexOf(head) + head.length);
    };
    expect(at("load", "UInt64").readBigUInt64LE()).toBe(7n);
    expect(at("outstanding", "Float64").readDoubleLE()).toBe(20_000);
    expect(at("d_sector", "UInt32").readUInt32LE()).toBe(1);
    const product = [0, 1, 2].reduce((sum, digit) =>
      sum + (BigInt(at(`interest_${digit}`, "UInt32").readUInt32LE()) << BigInt(32 * digit)), 0n);
    expect(product).toBe(20_000n * 9_000_000_000_000_000n);
    const [, create = ""] = /\((.*)\) ENGINE/.exec(tableStatements("d", "c")[0] as string) ?? [];
    for (const name of ["load", "interest_3", "d_sector"]) expect(create).toContain(`${name} `);
  });
});
