import { expect, it } from "vitest";
import { canonicalHash } from "../kernel/hash";
import { canonicalJson } from "../kernel/canonical";
import { logLeaf, recordHash } from "./log-entry";
import { leafHash } from "./merkle";

const ID = "01900000-0000-7000-8000-00000000000a";
const AT = "2026-11-29T02:00:00.000Z";
const utf8 = new TextEncoder();

it("makes a leaf of an entry's canonical form", () => {
  for (const content_sha256 of [null, "c".repeat(64)]) {
    for (const index of [0, 7, 2 ** 40]) {
      const entry = { index, kind: "run", id: ID, record_sha256: "a".repeat(64), content_sha256 } as const;
      expect(logLeaf(entry)).toStrictEqual(leafHash(utf8.encode(canonicalJson(entry))));
    }
  }
  const foreign = { index: 1, kind: "run", id: "é\"\\", record_sha256: "\u0001", content_sha256: "" } as const;
  expect(logLeaf(foreign)).toStrictEqual(leafHash(utf8.encode(canonicalJson(foreign))));
});

it("hashes the columns of a record in canonical form, and no other member", () => {
  const finding = { finding_id: ID, kind: "stress", dataset_version_id: ID, engine_id: "e\u00e9\"",
    evidence_id: ID, is_material: true, sha256: "b".repeat(64), created_at: AT };
  expect(recordHash("finding", { ...finding, other: 1 } as typeof finding))
    .toBe(canonicalHash(finding));
  const run = { run_id: ID, dataset_version_id: ID, engine_id: "e", engine_version: "1.0.0",
    started_at: AT, parameters: { b: [1.5, null], a: "x" }, exposure_evidence_id: ID,
    evidence_ids: [ID], finding_ids: [], request_id: "r", created_at: AT, created_by: "me" };
  expect(recordHash("run", run)).toBe(canonicalHash(run));
});

it("hashes a record that lacks a column, as a foreign bundle may hold one", () => {
  const { kind: _, ...rest } = { evidence_id: ID, kind: "kpi", dataset_version_id: ID,
    engine_id: "e", engine_version: "1", sha256: "b".repeat(64), created_at: AT };
  expect(recordHash("evidence", rest as never)).toBe(canonicalHash(rest));
});
