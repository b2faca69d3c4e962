import { createReadStream, existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { amountUnits } from "../kernel/exact";
import type { InstrumentRecord } from "../kernel/record";
import { DEFAULT_LOCALE } from "./locale";
import { resolveMapping } from "./mapping";
import { sniffTape } from "./sniff";
import { readTape, type TapeRow } from "./tape";

type Open = () => AsyncIterable<Uint8Array>;

async function readAll(open: Open, given?: unknown): Promise<TapeRow[]> {
  const sniff = await sniffTape(open());
  if (!sniff.ok) throw new Error(sniff.error.message);
  const mapping = resolveMapping(sniff.value.header, given);
  if (!mapping.ok) throw new Error(mapping.error.message);
  const rows: TapeRow[] = [];
  const plan = { ...sniff.value, mapping: mapping.value, locale: DEFAULT_LOCALE,
    baseCurrency: "USD" };
  for await (const batch of readTape(open(), plan)) rows.push(...batch.rows);
  return rows;
}
const text = (content: string): Open => async function* () {
  const data = new TextEncoder().encode(content);
  for (let at = 0; at < data.length; at += 5000) yield data.subarray(at, at + 5000);
};

describe("readTape", () => {
  it("keeps good rows and reports bad ones with row, column, value and rule", async () => {
    const rows = await readAll(text(
      'loan_id;balance;rate_pct\nA;1,000;5%\nB;abc;5\nC;1;2;3\nA;2;\nD;3;"4'));
    expect(rows.map(({ record }) => record !== null)).toEqual([true, false, false, true, false]);
    const found = rows.flatMap(({ problems }) => problems)
      .map(({ row, column, value, code }) => [row, column, value, code]);
    expect(found).toEqual([
      [3, "balance", "abc", "AMOUNT_UNREADABLE"], [4, null, "C;1;2;3", "COLUMN_COUNT"],
      [5, "loan_id", "A", "DUPLICATE_KEY"], [6, null, 'D;3;"4', "ROW_CUT_OFF"],
    ]);
  });

  it("reports each of 10,000 bad rows", async () => {
    const bad = Array.from({ length: 10_000 }, (_, at) => `L${at},x${at}\n`).join("");
    const rows = await readAll(text(`instrument_id,principal\n${bad}good,5\n`));
    expect(rows.length).toBe(10_001);
    expect(rows.filter(({ record }) => record === null).length).toBe(10_000);
    expect(rows[9999]?.problems[0]).toMatchObject({ row: 10_001, value: "x9999" });
    expect(rows[10_000]?.record).toMatchObject({ principal: 5 });
  });

  const sba = fileURLToPath(new URL("../../../shared/data/sba-7a-loans.csv", import.meta.url));
  const here = existsSync(sba);
  it.skipIf(!here)(`reads 15,000 real loans to the cent${here ? "" : " (no shared/data)"}`, async () => {
    const rows = await readAll(() => createReadStream(sba), {
      principal: "DisbursementGross", collateral_value: "SBA_Appv", region: "State",
      instrument_id: "LoanNr_ChkDgt",
    });
    expect(rows.length).toBe(15_000);
    const records = rows.map(({ record }) => record as InstrumentRecord | null)
      .filter((record) => record !== null);
    const units = (of: readonly (number | undefined)[]): bigint => of.reduce((sum, value) => {
      const read = amountUnits(value ?? 0);
      return read.ok ? sum + read.value : sum;
    }, 0n);
    expect(units(records.map((record) => record.principal))).toBe(1_878_607_956n * 10_000n);
    const counted = records.filter((record) => record.principal > 0);
    expect(units(counted.map((record) => record.collateral_value)))
      .toBe(1_238_122_021n * 10_000n);
    expect(units(records.map((record) => record.collateral_value)))
      .toBe(1_239_578_101n * 10_000n);
    const warnings = rows.flatMap(({ problems }) => problems);
    expect(new Set(warnings.map(({ code }) => code))).toEqual(new Set(["PRINCIPAL_NOT_POSITIVE"]));
  });
});
