import type pg from "pg";
import { describe, expect, it } from "vitest";
import { api, EXAMPLE, run, sealedVersion, STARTED_AT, type Answer } from "../support/api";
import { countsOf } from "../support/database";
import type { TestServer } from "../support/server";
import { usingServer } from "../support/using-server";

let server: TestServer;
let owner: pg.Client;

usingServer((up) => { ({ server, owner } = up); });

const replayed = (answer: Answer): boolean =>
  answer.headers.get("idempotent-replayed") === "true";
const scenario = (id: string, shock = -0.3) =>
  ({ scenario_id: id, collateral_market_impact_pct: shock });

describe("an identical request", () => {
  it("gets the same bytes, is marked as replayed and writes nothing", async () => {
    const versionId = await sealedVersion(server, EXAMPLE);
    const first = await run(server, versionId);
    const before = await countsOf(owner, versionId);
    expect(before).toStrictEqual({ evidence: 4, findings: 4, links: 4, runs: 1, audit: 1 });
    const again = await run(server, versionId);
    expect(again.status).toBe(200);
    expect(again.text).toBe(first.text);
    expect([replayed(first), replayed(again)]).toStrictEqual([false, true]);
    expect(await countsOf(owner, versionId)).toStrictEqual(before);
  });

  it.each([
    ["the version's id in capitals", (id: string) => run(server, id.toUpperCase())],
    ["the time in another zone", (id: string) => run(server, id, {}, "2025-01-01T02:00:00+02:00")],
    ["empty parameters left out", (id: string) => api(server, "POST",
      "/api/v3/engines/distressed-asset-debt-stress/run",
      { body: { started_at: STARTED_AT, dataset_version_id: id } })],
    ["a default's own value written out", (id: string) => run(server, id,
      { stress_scenarios: [{ scenario_id: "market_crash", interest_rate_delta_pct: 0.5 }] })],
  ])("is recognised with %s", async (_, repeat) => {
    const versionId = await sealedVersion(server, EXAMPLE);
    const first = await run(server, versionId);
    const again = await repeat(versionId);
    expect(again.text).toBe(first.text);
    expect(replayed(again)).toBe(true);
  });

  it("is still the same after the token that sent it", async () => {
    const versionId = await sealedVersion(server, EXAMPLE);
    const first = await run(server, versionId);
    const other = await api(server, "POST", "/api/v3/engines/distressed-asset-debt-stress/run", {
      role: "EXECUTE", body: { dataset_version_id: versionId, started_at: STARTED_AT } });
    expect(other.text).toBe(first.text);
  });
});

describe("what runs share", () => {
  it("another time is another run on the evidence that is there", async () => {
    const versionId = await sealedVersion(server, EXAMPLE);
    const first = await run(server, versionId);
    const second = await run(server, versionId, {}, "2025-02-01T00:00:00Z");
    expect(replayed(second)).toBe(false);
    expect(second.json.run_id).not.toBe(first.json.run_id);
    expect(second.json.debt_exposure_evidence_id).toBe(first.json.debt_exposure_evidence_id);
    expect(second.json.stress_test_evidence_ids).toStrictEqual(
      first.json.stress_test_evidence_ids);
    expect(second.json.material_findings).toStrictEqual(first.json.material_findings);
    expect(await countsOf(owner, versionId)).toStrictEqual(
      { evidence: 4, findings: 4, links: 4, runs: 2, audit: 2 });
  });

  it("one changed scenario is one new evidence record", async () => {
    const versionId = await sealedVersion(server, EXAMPLE);
    const first = await run(server, versionId);
    const changed = await run(server, versionId, { stress_scenarios: [scenario("market_crash")] });
    const ids = changed.json.stress_test_evidence_ids;
    expect(ids.market_crash).not.toBe(first.json.stress_test_evidence_ids.market_crash);
    expect(ids.default_wave).toBe(first.json.stress_test_evidence_ids.default_wave);
    expect(await countsOf(owner, versionId)).toStrictEqual(
      { evidence: 5, findings: 5, links: 5, runs: 2, audit: 2 });
  });

  it("another threshold is new findings on the same evidence", async () => {
    const versionId = await sealedVersion(server, EXAMPLE);
    await run(server, versionId);
    await run(server, versionId, { stress_loss_materiality_threshold_pct: 0.1 });
    expect(await countsOf(owner, versionId)).toStrictEqual(
      { evidence: 4, findings: 7, links: 7, runs: 2, audit: 2 });
  });

  it("two versions with the same content share nothing", async () => {
    const [one, two] = [await sealedVersion(server, EXAMPLE), await sealedVersion(server, EXAMPLE)];
    const [first, second] = [await run(server, one), await run(server, two)];
    expect(second.json.run_id).not.toBe(first.json.run_id);
    expect(second.json.debt_exposure_evidence_id).not.toBe(first.json.debt_exposure_evidence_id);
    expect(second.json.report.debt_exposure).toStrictEqual(first.json.report.debt_exposure);
  });

  it("the order of new scenarios is kept and identifies the run", async () => {
    const versionId = await sealedVersion(server, EXAMPLE);
    const ab = await run(server, versionId, { stress_scenarios: [scenario("a"), scenario("b")] });
    const ba = await run(server, versionId, { stress_scenarios: [scenario("b"), scenario("a")] });
    expect(ba.json.run_id).not.toBe(ab.json.run_id);
    expect(ba.json.stress_test_evidence_ids.a).toBe(ab.json.stress_test_evidence_ids.a);
  });
});

describe("at the same time", () => {
  it("50 identical requests make one run and get one answer", async () => {
    const versionId = await sealedVersion(server, EXAMPLE);
    const answers = await Promise.all(Array.from({ length: 50 }, () => run(server, versionId)));
    expect(answers.map((answer) => answer.status)).toStrictEqual(Array(50).fill(200));
    expect(new Set(answers.map((answer) => answer.text)).size).toBe(1);
    expect(answers.filter((answer) => !replayed(answer))).toHaveLength(1);
    expect(await countsOf(owner, versionId)).toStrictEqual(
      { evidence: 4, findings: 4, links: 4, runs: 1, audit: 1 });
  });

  it("60 overlapping requests all succeed and write each record once", async () => {
    const versionId = await sealedVersion(server, EXAMPLE);
    const pick = (index: number) => ["a", "b", "c", "d", "e", "f"]
      .filter((_, bit) => (index + 1 >> bit & 1) === 1).map((id) => scenario(id));
    const requests = Array.from({ length: 60 }, (_, index) => {
      const scenarios = pick(index);
      return run(server, versionId, {
        stress_scenarios: index % 2 === 0 ? scenarios : scenarios.reverse(),
      }, `2025-01-0${1 + index % 3}T00:00:00Z`);
    });
    const answers = await Promise.all(requests);
    expect(answers.map((answer) => answer.status)).toStrictEqual(Array(60).fill(200));
    const evidence = new Set(answers.flatMap((answer) => [answer.json.debt_exposure_evidence_id,
      ...Object.values<string>(answer.json.stress_test_evidence_ids)]));
    const findings = new Set(answers.flatMap((answer) =>
      answer.json.material_findings.map((finding: { id: string }) => finding.id)));
    const runs = new Set(answers.map((answer) => answer.json.run_id));
    expect(evidence.size).toBe(10);
    expect(await countsOf(owner, versionId)).toStrictEqual({ evidence: evidence.size,
      findings: findings.size, links: findings.size, runs: runs.size, audit: runs.size });
    const verified = await api(server, "POST", "/api/v3/evidence/verify",
      { body: { dataset_version_id: versionId } });
    expect(verified.json).toStrictEqual({ ok: true, checked: 11, first_bad: null });
  });

  it("runs while other versions are imported", async () => {
    const versionId = await sealedVersion(server, EXAMPLE);
    const mixed = await Promise.all(Array.from({ length: 20 }, async (_, index) => index % 2 === 0
      ? (await run(server, versionId, { stress_scenarios: [scenario(`s${index}`)] })).status
      : (await sealedVersion(server, { principal: index })).length));
    expect(mixed).toStrictEqual(Array.from({ length: 20 }, (_, index) => index % 2 ? 36 : 200));
  });
});
