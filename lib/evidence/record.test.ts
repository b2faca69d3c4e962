import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Json } from "../kernel/canonical";
import { newId } from "../kernel/ids";
import { ENGINE_ID, ENGINE_VERSION, exposureEvidenceId } from "./identity";
import { sealEvidence, verifyAllEvidence, verifyEvidence } from "./record";

const dataset_version_id = "0198c0de-0000-7000-8000-000000000001";
const seal = (payload: Json) => sealEvidence({
  evidence_id: exposureEvidenceId({ datasetVersionId: dataset_version_id, netting: "portfolio" }),
  kind: "debt_exposure", dataset_version_id, payload,
});
const wellFormed = fc.jsonValue({ noUnicodeString: false }).map((value) =>
  JSON.parse(JSON.stringify(value).replace(/\\ud[89a-f][0-9a-f]{2}/gi, "?")) as Json);

describe("sealEvidence", () => {
  it("carries the engine and the payload's hash", () => {
    expect(seal({ b: 1, a: [] })).toMatchObject({
      kind: "debt_exposure", dataset_version_id, engine_id: ENGINE_ID,
      engine_version: ENGINE_VERSION, payload: { b: 1, a: [] },
      // printf '{"a":[],"b":1}' | sha256sum
      sha256: "1c8f8816506a8ccbc55140d8a7bb70214a8942c7030fc0fc2914cec675cd1c15",
    });
  });

  it("refuses what has no canonical form", () => {
    expect(() => seal({ a: Number.NaN })).toThrow("no NaN");
    expect(() => seal({ a: "\ud800" })).toThrow("surrogates");
    expect(() => seal({ "\ud800": 1 })).toThrow("surrogates");
  });
});

describe("verifyEvidence", () => {
  it("accepts every sealed payload, also after storage", () => {
    fc.assert(fc.property(wellFormed, (payload) => {
      const stored = JSON.parse(JSON.stringify(seal(payload))) as ReturnType<typeof seal>;
      expect(verifyEvidence(stored)).toEqual({ ok: true, value: undefined });
    }));
  });

  it("notices any changed payload", () => {
    fc.assert(fc.property(wellFormed, wellFormed, (before, after) => {
      const record = seal(before);
      const forged = { ...record, payload: after };
      expect(verifyEvidence(forged).ok).toBe(seal(after).sha256 === record.sha256);
    }));
  });

  const good = seal({ value: 1 });
  it.each([
    [{ evidence_id: "1" }, "EVIDENCE_ID_INVALID"],
    [{ dataset_version_id: `${dataset_version_id}x` }, "DATASET_VERSION_ID_INVALID"],
    [{ kind: "other" as "kpi" }, "EVIDENCE_KIND_UNKNOWN"],
    [{ payload: { value: 1.0000000000000002 } }, "PAYLOAD_HASH_MISMATCH"],
    [{ sha256: good.sha256.toUpperCase() }, "PAYLOAD_HASH_MISMATCH"],
    [{ payload: { value: "\udfff" } }, "PAYLOAD_NOT_CANONICAL"],
    [{ payload: undefined as unknown as Json }, "PAYLOAD_NOT_CANONICAL"],
  ])("names what is wrong with %j", (change, reason) => {
    const bad = { ...good, ...change };
    expect(verifyEvidence(bad)).toEqual({ ok: false, error: { id: bad.evidence_id, reason } });
  });

  it("stops at the first bad record of many", () => {
    const [one, bad, three] = [seal(1), { ...seal(2), evidence_id: newId(), payload: 3 }, seal(3)];
    expect(verifyAllEvidence([one, three])).toEqual({ ok: true, checked: 2, first_bad: null });
    expect(verifyAllEvidence([one, bad, three])).toEqual({
      ok: false, checked: 2, first_bad: { id: bad.evidence_id, reason: "PAYLOAD_HASH_MISMATCH" } });
    expect(verifyAllEvidence([])).toEqual({ ok: true, checked: 0, first_bad: null });
  });
});
