import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Json } from "../kernel/canonical";
import { newId } from "../kernel/ids";
import {
  ENGINE_ID, ENGINE_VERSION, exposureEvidenceId, findingId, linkId, scenarioEvidenceId,
} from "./identity";
import {
  sealEvidence, verifyAllEvidence, verifyEvidence, verifyFinding, verifyLink, type EvidenceRecord,
} from "./record";

const dataset_version_id = "0198c0de-0000-7000-8000-000000000001";
const facts = { datasetVersionId: dataset_version_id, netting: "portfolio" };
const sealPayload = (payload: Json) => sealEvidence({
  evidence_id: exposureEvidenceId(facts), kind: "debt_exposure", dataset_version_id, payload,
});
const seal = (value: Json) => sealPayload({ netting: "portfolio", value });
const wellFormed = fc.jsonValue({ noUnicodeString: false }).map((value) =>
  JSON.parse(JSON.stringify(value).replace(/\\ud[89a-f][0-9a-f]{2}/gi, "?")) as Json);

describe("sealEvidence", () => {
  it("carries the engine and the payload's hash", () => {
    expect(sealPayload({ b: 1, a: [] })).toMatchObject({
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
      const forged = { ...record, payload: seal(after).payload };
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
    [sealPayload({ netting: "instrument", value: 1 }), "EVIDENCE_ID_MISMATCH"],
    [sealPayload({ value: 1 }), "EVIDENCE_ID_MISMATCH"],
    [sealPayload(null), "EVIDENCE_ID_MISMATCH"],
    [{ kind: "stress_test" as const }, "EVIDENCE_ID_MISMATCH"],
    [{ engine_id: "engine_x" }, "EVIDENCE_ID_MISMATCH"],
    [{ engine_version: "0.9.0" }, "EVIDENCE_ID_MISMATCH"],
    [{ dataset_version_id: newId() }, "EVIDENCE_ID_MISMATCH"],
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

describe("verifyEvidence of a stress test", () => {
  const scenario = { scenario_id: "own", description: "x", interest_rate_delta_pct: 1,
    collateral_market_impact_pct: -0.3, recovery_degradation_pct: 0,
    default_risk_increment_pct: 0 };
  const sealStress = (engine = { id: ENGINE_ID, version: ENGINE_VERSION }): EvidenceRecord => ({
    ...sealEvidence({ evidence_id: scenarioEvidenceId({ ...facts, scenario }, engine),
      kind: "stress_test", dataset_version_id,
      payload: { ...scenario, netting: "portfolio", loss_estimate: 5 } }),
    engine_id: engine.id, engine_version: engine.version,
  });

  it("holds its id against the scenario it tells of", () => {
    expect(verifyEvidence(sealStress()).ok).toBe(true);
    for (const [member, value] of Object.entries({ ...scenario, netting: "x" })) {
      const changed = typeof value === "number" ? value + 1 : `${value}y`;
      const payload = { ...scenario, netting: "portfolio", [member]: changed };
      const resealed = sealEvidence({ ...sealStress(), payload });
      expect(verifyEvidence(resealed), member).toMatchObject(
        { error: { reason: "EVIDENCE_ID_MISMATCH" } });
    }
  });

  it("goes by the engine that the record names, not by the one that runs now", () => {
    const old = sealStress({ id: ENGINE_ID, version: "0.1.0" });
    expect(verifyEvidence(old).ok).toBe(true);
    expect(verifyEvidence({ ...old, engine_version: ENGINE_VERSION }).ok).toBe(false);
  });
});

describe("verifyFinding and verifyLink", () => {
  const evidence_id = exposureEvidenceId(facts);
  const finding_id = findingId({ evidenceId: evidence_id, thresholdPct: 0.2 });
  const payload = { id: finding_id, dataset_version_id, category: "debt_exposure",
    is_material: true, value: 1 };
  const finding = { finding_id, kind: "debt_exposure", dataset_version_id, evidence_id,
    is_material: true, payload, sha256: sealPayload(payload).sha256 };

  it.each([
    [{}, null],
    [{ payload: { ...payload, value: 2 } }, "FINDING_HASH_MISMATCH"],
    [{ payload: { ...payload, value: "\udfff" } }, "FINDING_HASH_MISMATCH"],
    [{ is_material: false }, "FINDING_COLUMN_MISMATCH"],
    [{ kind: "stress_test" }, "FINDING_COLUMN_MISMATCH"],
    [{ finding_id: evidence_id }, "FINDING_COLUMN_MISMATCH"],
    [{ dataset_version_id: newId() }, "FINDING_COLUMN_MISMATCH"],
    [{ payload: null, sha256: sealPayload(null).sha256 }, "FINDING_COLUMN_MISMATCH"],
  ])("a finding with %j: %s", (change, reason) => {
    const record = { ...finding, ...change };
    expect(verifyFinding(record)).toEqual(reason === null ? { ok: true, value: undefined }
      : { ok: false, error: { id: record.finding_id, reason } });
  });

  it("a link's id follows from its two ends", () => {
    const link = { link_id: linkId({ findingId: finding_id, evidenceId: evidence_id }),
      finding_id, evidence_id };
    expect(verifyLink(link).ok).toBe(true);
    expect(verifyLink({ ...link, evidence_id: finding_id })).toEqual(
      { ok: false, error: { id: link.link_id, reason: "LINK_ID_MISMATCH" } });
  });
});
