import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { canonicalHash, sha256Hex } from "../kernel/hash";
import {
  ChainVerifier, EMPTY_CHAIN, nextLink, type ChainHead, type ChainLink, type ChainProblem,
  type LinkedEvent,
} from "./chain";

type Row = { link: ChainLink; event: LinkedEvent | null };
const hashOf = (text: string): string => sha256Hex(text);

/** A chain over events, the first `bare` of which were written before events had hashes. */
function chainOf(texts: readonly string[], bare = 0): Row[] {
  let head: ChainHead = EMPTY_CHAIN;
  return texts.map((text, index) => {
    const link = nextLink(head, { audit_event_id: `e${index}`, event_sha256: hashOf(text) });
    head = link;
    const recomputed = hashOf(text);
    return { link, event: { sha256: index < bare ? null : recomputed, recomputed } };
  });
}

function firstBad(rows: readonly Row[], heads: readonly ChainHead[] = []): ChainProblem | null {
  const verifier = new ChainVerifier(heads);
  for (const { link, event } of rows) {
    const problem = verifier.check(link, event);
    if (problem) return problem;
  }
  return verifier.end();
}

const headOf = (rows: readonly Row[]): ChainHead => rows.at(-1)?.link ?? EMPTY_CHAIN;
const texts = fc.uniqueArray(fc.string(), { minLength: 2, maxLength: 30 });
const place = fc.nat();
const edited = (rows: Row[], at: number, change: (row: Row) => Row): Row[] =>
  rows.map((row, index) => index === at ? change(row) : row);

describe("nextLink", () => {
  it("hashes domain, previous hash, position and event hash as RFC 8785", () => {
    const first = nextLink(EMPTY_CHAIN, { audit_event_id: "a", event_sha256: "11" });
    expect(first).toStrictEqual({ position: 1, audit_event_id: "a", event_sha256: "11",
      chain_sha256: sha256Hex(
        `["todiscope/audit-chain/v1","${"0".repeat(64)}",1,"11"]`) });
    expect(nextLink(first, { audit_event_id: "b", event_sha256: "22" }).chain_sha256).toBe(
      canonicalHash(["todiscope/audit-chain/v1", first.chain_sha256, 2, "22"]));
  });
});

describe("ChainVerifier", () => {
  it("finds nothing in a chain that was left alone, with any head that was seen", () => {
    fc.assert(fc.property(texts, place, fc.nat({ max: 5 }), (list, seen, bare) => {
      const rows = chainOf(list, Math.min(bare, list.length));
      const heads = [headOf(rows), headOf(rows.slice(0, seen % (rows.length + 1)))];
      expect(firstBad(rows, heads)).toBeNull();
    }));
  });

  it("names an event that was edited, or taken away", () => {
    fc.assert(fc.property(texts, place, (list, some) => {
      const rows = chainOf(list);
      const at = some % rows.length;
      const bad = (reason: string) => ({ position: at + 1, audit_event_id: `e${at}`, reason });
      expect(firstBad(edited(rows, at, (row) => ({ ...row,
        event: { sha256: row.link.event_sha256, recomputed: hashOf("other") } }))))
        .toStrictEqual(bad("EVENT_CHANGED"));
      expect(firstBad(edited(rows, at, (row) => ({ ...row,
        event: { sha256: hashOf("other"), recomputed: row.link.event_sha256 } }))))
        .toStrictEqual(bad("EVENT_HASH_CHANGED"));
      expect(firstBad(edited(rows, at, (row) => ({ ...row, event: null }))))
        .toStrictEqual(bad("EVENT_MISSING"));
      // With a fitting hash in event and link, the link's own hash tells.
      expect(firstBad(edited(rows, at, ({ link }) => ({
        link: { ...link, event_sha256: hashOf("other") },
        event: { sha256: hashOf("other"), recomputed: hashOf("other") } }))))
        .toStrictEqual(bad("LINK_CHANGED"));
    }));
  });

  it("names the place of a link that was taken out, put in or swapped", () => {
    fc.assert(fc.property(texts, place, place, (list, some, more) => {
      const rows = chainOf(list);
      const at = some % (rows.length - 1);
      expect(firstBad(rows.toSpliced(at, 1))).toStrictEqual(
        { position: at + 1, audit_event_id: null, reason: "POSITION_MISSING" });
      // Renumbered, so that no position is missing.
      const closed = rows.toSpliced(at, 1).map((row, index) => ({ ...row,
        link: { ...row.link, position: index + 1 } }));
      expect(firstBad(closed)).toMatchObject({ position: at + 1, reason: "LINK_CHANGED" });
      const foreign = { link: { position: at + 1, audit_event_id: "x", event_sha256: hashOf("x"),
        chain_sha256: hashOf("made up") }, event: { sha256: hashOf("x"), recomputed: hashOf("x") } };
      const opened = rows.toSpliced(at, 0, foreign).map((row, index) => ({ ...row,
        link: { ...row.link, position: index + 1 } }));
      expect(firstBad(opened)).toMatchObject({ position: at + 1, reason: "LINK_CHANGED" });
      const other = at + 1 + more % (rows.length - 1 - at);
      const a = rows[at] as Row;
      const b = rows[other] as Row;
      const swap = (kept: Row, taken: Row): Row => ({ event: taken.event, link: { ...kept.link,
        audit_event_id: taken.link.audit_event_id, event_sha256: taken.link.event_sha256 } });
      expect(firstBad(edited(edited(rows, at, () => swap(a, b)), other, () => swap(b, a))))
        .toMatchObject({ position: at + 1, reason: "LINK_CHANGED" });
    }));
  });

  it("names where a chain ends before the head that was seen", () => {
    fc.assert(fc.property(texts, place, (list, some) => {
      const rows = chainOf(list);
      const left = rows.slice(0, some % rows.length);
      expect(firstBad(left)).toBeNull(); // by itself a shorter chain is whole
      expect(firstBad(left, [headOf(rows)])).toStrictEqual(
        { position: left.length + 1, audit_event_id: null, reason: "CHAIN_TRUNCATED" });
    }));
  });

  it("finds a chain that was computed anew by a head that was seen", () => {
    fc.assert(fc.property(texts, place, (list, some) => {
      const rows = chainOf(list);
      const at = some % rows.length;
      const anew = chainOf(list.map((text, index) => index === at ? `${text}!` : text));
      expect(firstBad(anew)).toBeNull();
      expect(firstBad(anew, [headOf(rows)])).toStrictEqual({ position: rows.length,
        audit_event_id: `e${rows.length - 1}`, reason: "HEAD_CHANGED" });
    }));
  });

  it("takes events without a hash only before the first that has one", () => {
    const rows = chainOf(["a", "b", "c", "d"], 2);
    expect(firstBad(rows)).toBeNull();
    const bare = edited(rows, 3, ({ link, event }) => ({ link,
      event: { sha256: null, recomputed: event?.recomputed ?? "" } }));
    expect(firstBad(bare)).toStrictEqual(
      { position: 4, audit_event_id: "e3", reason: "EVENT_WITHOUT_HASH" });
  });

  it("counts the links that held", () => {
    const verifier = new ChainVerifier();
    const rows = chainOf(["a", "b"]);
    expect(verifier.checked).toBe(0);
    rows.forEach(({ link, event }) => verifier.check(link, event));
    expect(verifier.checked).toBe(2);
    verifier.check({ position: 9, audit_event_id: "x", event_sha256: "", chain_sha256: "" }, null);
    expect(verifier.checked).toBe(2);
  });
});
