import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { dpdBucket, isWrittenOff, type ChangeCell, type MatchKind } from "../risk";
import { KeyFiller, KEY_BYTES, keysBuffer, keysIn, NO_DAYS } from "./record-keys";
import { columnsOf } from "./test-data";
import { changedInstruments, versionChanges, type KeyedVersion } from "./version-changes";
import { valueAt } from "./columns";

type Loan = { id: string | null; owed: number; covered: number; days: number | null;
  status: string | null; rest: number };

const loan: fc.Arbitrary<Loan> = fc.record({
  id: fc.constantFrom("A", "B", "Bé", "C", "D", "E", "F", "G", null),
  owed: fc.integer({ min: 0, max: 4 }), covered: fc.integer({ min: 0, max: 3 }),
  days: fc.constantFrom(null, -3, 0, 29, 89, 400),
  status: fc.constantFrom(null, "open", "Written off"),
  rest: fc.integer({ min: 0, max: 1 }),
});
const loans = fc.array(loan, { maxLength: 10 });

/** A hash that equal loans have alike, and no others: their text, filled up. */
const hashOf = ({ owed, covered, days, status, rest }: Loan): string =>
  [owed, covered, days, status?.length, rest].join().padEnd(16, ".");

function keyed(all: readonly Loan[]): KeyedVersion {
  const columns = columnsOf(all.map((one) => ({ record_kind: "instrument" as const,
    principal: one.owed, collateral_value: one.covered,
    ...(one.id === null ? {} : { instrument_id: one.id }),
    ...(one.status === null ? {} : { status: one.status }) })));
  const buffer = keysBuffer(columns);
  const bytes = Buffer.alloc(all.length * KEY_BYTES);
  all.forEach((one, at) => {
    bytes.writeUInt32BE(at + 1, at * KEY_BYTES);
    bytes.writeInt32BE(one.days ?? NO_DAYS, at * KEY_BYTES + 4);
    bytes.write(hashOf(one), at * KEY_BYTES + 16);
  });
  const filler = new KeyFiller(columns, buffer);
  expect(filler.add(bytes)).toBe(true);
  expect(filler.isFull()).toBe(true);
  return { columns, keys: keysIn(buffer, columns) };
}

const units = (all: readonly Loan[], of: (one: Loan) => number): bigint =>
  all.reduce((sum, one) => sum + BigInt(of(one)) * 10_000n, 0n);
const covered = (one: Loan): number => one.owed > 0 ? one.covered : 0;

/** What the statement of the database says, for each id. */
function expected(base: readonly Loan[], other: readonly Loan[]) {
  const ids = [...new Set([...base, ...other].map(({ id }) => id))];
  return ids.flatMap((id) => {
    const [before, after] = [base, other].map((all) => all.filter((one) => one.id === id)) as
      [Loan[], Loan[]];
    const [from, to] = [before[0], after[0]];
    const match: MatchKind = id === null ? "missing"
      : before.length > 1 || after.length > 1 ? "repeated" : !from ? "added" : !to ? "removed"
        : hashOf(from) === hashOf(to) ? "unchanged" : "changed";
    const isFollowed = match !== "missing" && match !== "repeated";
    const last = to ?? from;
    const bucket = (one: Loan | undefined) =>
      !isFollowed || !one || one.days === null ? null : dpdBucket(one.days);
    const cell: ChangeCell = { match,
      direction: !isFollowed || !from || !to || from.owed === to.owed ? "same"
        : to.owed > from.owed ? "higher" : "lower",
      writtenOff: isFollowed && isWrittenOff(last?.status ?? ""),
      fromBucket: bucket(from), toBucket: bucket(to),
      baseRows: before.length, otherRows: after.length,
      baseOutstanding: units(before, ({ owed }) => owed),
      otherOutstanding: units(after, ({ owed }) => owed),
      baseCollateral: units(before, covered), otherCollateral: units(after, covered) };
    return [{ id, cell }];
  });
}

const keyOf = ({ match, direction, writtenOff, fromBucket, toBucket }: ChangeCell): string =>
  [match, direction, writtenOff, fromBucket, toBucket].join();

describe("what moved between two versions", () => {
  it("is what each id's rows say, summed", () => {
    fc.assert(fc.property(loans, loans, (base, other) => {
      const wanted = new Map<string, ChangeCell>();
      for (const { cell } of expected(base, other)) {
        const known = wanted.get(keyOf(cell));
        wanted.set(keyOf(cell), !known ? cell : { ...cell,
          baseRows: known.baseRows + cell.baseRows, otherRows: known.otherRows + cell.otherRows,
          baseOutstanding: known.baseOutstanding + cell.baseOutstanding,
          otherOutstanding: known.otherOutstanding + cell.otherOutstanding,
          baseCollateral: known.baseCollateral + cell.baseCollateral,
          otherCollateral: known.otherCollateral + cell.otherCollateral });
      }
      const found = versionChanges(keyed(base), keyed(other));
      expect(new Map(found.map((cell) => [keyOf(cell), cell]))).toStrictEqual(wanted);
    }));
  });

  it("is listed page by page, by what was moved and the bytes of the ids", () => {
    const some = fc.subarray<MatchKind>(["added", "removed", "changed"], { minLength: 1 });
    fc.assert(fc.property(loans, loans, some, fc.integer({ min: 1, max: 3 }),
      (base, other, matches, limit) => {
        const wanted = expected(base, other).filter(({ cell }) => matches.includes(cell.match))
          .map(({ id, cell }) => ({ id: id ?? "", match: cell.match,
            moved: Math.abs(Number(cell.otherOutstanding - cell.baseOutstanding)) }))
          .sort((a, b) => b.moved - a.moved
            || Buffer.compare(Buffer.from(a.id), Buffer.from(b.id)));
        const [before, after] = [keyed(base), keyed(other)];
        const found: typeof wanted = [];
        for (let more = true; more;) {
          const last = found.at(-1);
          const page = changedInstruments(before, after, { matches, limit,
            after: last ? { units: last.moved, id: last.id } : null });
          found.push(...page.map(({ match, row, otherRow, moved }) => ({ match, moved,
            id: (row >= 0 ? valueAt(before.columns, "instrument_id", row)
              : valueAt(after.columns, "instrument_id", otherRow)) ?? "" })));
          more = page.length === limit && found.length <= wanted.length;
        }
        expect(found).toStrictEqual(wanted);
      }));
  });

  it("has no keys of records that are not those of the columns", () => {
    const { columns } = keyed([{ id: "A", owed: 1, covered: 0, days: 1, status: null, rest: 0 }]);
    const filler = new KeyFiller(columns, keysBuffer(columns));
    expect(filler.isFull()).toBe(false);
    expect(filler.add(Buffer.alloc(KEY_BYTES))).toBe(false);
  });
});
