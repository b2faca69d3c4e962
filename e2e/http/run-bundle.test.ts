import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import type pg from "pg";
import { afterAll, describe, expect, it } from "vitest";
import { canonicalJson, type Json as Plain } from "@/lib/kernel/canonical";
import { sha256Hex } from "@/lib/kernel/hash";
import { BUNDLE_FILES } from "@/lib/bundle/format";
import { recomputeRun } from "@/lib/bundle/recompute";
import { readStoreZip, storeZip } from "@/lib/bundle/store-zip";
import { verifyBundle, type BundleReport } from "@/lib/bundle/verify-bundle";
import { isSignedBy } from "@/lib/bundle/verify-report";
import { api, EXAMPLE, run, sealedVersion, sendTape, type Json } from "../support/api";
import { behindGuards } from "../support/database";
import { expectProblem } from "../support/problem";
import { TOKENS, type TestServer } from "../support/server";
import { usingServer } from "../support/using-server";

let server: TestServer;
let owner: pg.Client;
let bundles: { example: Uint8Array; tape: Uint8Array };
const folder = mkdtempSync(path.join(os.tmpdir(), "bundle-"));
afterAll(() => rmSync(folder, { recursive: true }));

const SHOCKS = [{ scenario_id: "crash", collateral_market_impact_pct: -0.3 },
  { scenario_id: "parts", collateral_market_impact_pct: -0.1, segment_shocks: [
    { where: { sector: "retail" }, collateral_market_impact_pct: -0.5 }] }];

async function download(runId: string): Promise<Uint8Array> {
  const answer = await fetch(`${server.url}/api/v3/runs/${runId}/export?format=zip`,
    { headers: { authorization: `Bearer ${TOKENS.READ}` } });
  expect(answer.status).toBe(200);
  expect(answer.headers.get("content-type")).toBe("application/zip");
  return new Uint8Array(await answer.arrayBuffer());
}
const verified = (bytes: Uint8Array): Promise<BundleReport> => verifyBundle(bytes, { isSignedBy });

/** Numbers that look random and are the same in every run. */
function numbers(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor(state / 2 ** 32 * below);
  };
}

usingServer(async (up) => {
  ({ server, owner } = up);
  const example = (await run(server, await sealedVersion(server, EXAMPLE))).json.run_id;
  const rows = Array.from({ length: 40 }, (_, at) => `L${at},${1000 + at * 37},${at * 29},${
    at % 3 === 0 ? "retail" : "energy"},${at % 5}`);
  const csv = `instrument_id,principal,collateral_value,sector,interest_rate_pct\n${rows.join("\n")}\n`;
  const tape = (await sendTape(server, csv)).json.dataset_version_id;
  const stressed = await run(server, tape, { netting: "instrument", stress_scenarios: SHOCKS,
    group_by: ["sector"] });
  expect(stressed.status, stressed.text).toBe(200);
  for (const [role, step] of [["EXECUTE", "prepared"], ["APPROVE", "reviewed"]] as const) {
    const signed = await api(server, "POST", `/api/v3/runs/${stressed.json.run_id}/sign-off`,
      { role, body: { step, note: `${step}\nas agreed` } });
    expect(signed.status, signed.text).toBe(201);
  }
  bundles = { example: await download(example), tape: await download(stressed.json.run_id) };
});

describe("a bundle of a run", () => {
  it.each(["example", "tape"] as const)("holds, and every number is computed again: %s",
    async (name) => {
      const report = await verified(bundles[name]);
      expect(report.checks.filter(({ ok }) => !ok)).toStrictEqual([]);
      expect(report.ok).toBe(true);
      const says = report.checks.find((check) => check.name === "The numbers")?.says;
      expect(says).toMatch(/figures, \d+ findings.* were computed again from the inputs/);
      expect(says).not.toMatch(/by their hashes only/);
      if (name === "tape") expect(says).toMatch(/2 groups, every instrument under \d+ scenarios/);
    });

  it("says who signed the run, and holds the events that prove it", async () => {
    const readme = async (bytes: Uint8Array): Promise<string> => {
      const read = await readStoreZip(bytes);
      return new TextDecoder().decode(read.ok ? read.value[0]?.bytes : undefined);
    };
    const said = await readme(bundles.tape);
    expect(said).toMatch(/^Sign-off +prepared by token:execute at \S+Z: "prepared\\nas agreed"$/m);
    expect(said).toMatch(/^ +reviewed by token:approve at \S+Z: "reviewed\\nas agreed"$/m);
    expect(await readme(bundles.example)).toContain("not signed off when this was made");
  });

  it("has the same bytes whenever it is made", async () => {
    const { run_id: runId } = await verified(bundles.tape);
    expect(Buffer.from(await download(runId ?? "")).equals(bundles.tape)).toBe(true);
  });

  it("checks itself with nothing but Node, and says so by its exit code", async () => {
    const files = await readStoreZip(bundles.tape);
    const script = files.ok ? files.value.find(({ name }) => name === "verify.mjs")?.bytes : null;
    writeFileSync(path.join(folder, "verify.mjs"), script ?? "");
    writeFileSync(path.join(folder, "run.zip"), bundles.tape);
    const inNode = (...more: string[]) => spawnSync(process.execPath,
      ["verify.mjs", "run.zip", ...more], { cwd: folder, encoding: "utf8", env: { NODE_ENV: "test" } });
    const sound = inNode();
    expect([sound.status, sound.stderr]).toStrictEqual([0, ""]);
    expect(sound.stdout).toMatch(/The bundle of run \S+ holds\./);
    expect(sound.stdout).toMatch(/^holds +The sign-off: It was prepared by token:execute, reviewed by /m);
    expect(inNode("--key", "0".repeat(64)).status).toBe(5);
    expect(inNode(`--key=${"0".repeat(64)}`).status).toBe(5);
    // A key that is not heard would pass for one that was checked.
    for (const words of [["--key"], ["--key", "abc"], ["--keys", "0".repeat(64)], ["run.zip"]]) {
      const refused = inNode(...words);
      expect([refused.status, refused.stdout], words.join(" ")).toStrictEqual([2, ""]);
      expect(refused.stderr).toContain("Usage:");
    }
    writeFileSync(path.join(folder, "run.zip"), bundles.tape.map((byte, at) =>
      at === 70_000 ? byte ^ 1 : byte));
    expect([inNode().status]).toStrictEqual([5]);
  });

  it("is found to be changed: 800 times by one byte", async () => {
    const next = numbers(7);
    const { tape } = bundles;
    for (let time = 0; time < 800; time += 1) {
      const changed = tape.slice();
      const at = next(tape.length);
      changed[at] = (changed[at] as number) ^ (1 + next(255));
      expect((await verified(changed)).ok, `byte ${at}`).toBe(false);
    }
  });

  it("is found to be changed: 200 times by one row, by a hand that makes hashes fit", async () => {
    const next = numbers(11);
    const read = await readStoreZip(bundles.tape);
    const files = read.ok ? read.value : [];
    const tables = ["inputs.ndjson", "evidence.ndjson", "findings.ndjson", "events.ndjson",
      "proofs.json", "run.json", "README.txt"];
    for (let time = 0; time < 200; time += 1) {
      const name = tables[next(tables.length)] as string;
      const changed = await repacked(files.map((file) => file.name !== name ? file
        : { name, bytes: new TextEncoder().encode(changedRow(
          new TextDecoder().decode(file.bytes), next)) }));
      const report = await verified(changed);
      expect(report.ok, name).toBe(false);
      // Size and hashes fit: it is found by what the row says.
      expect(report.checks.slice(0, 2).every(({ ok }) => ok)).toBe(true);
    }
  });

  it("of erased content proves by hashes, and says that numbers are gone", async () => {
    const version = await sealedVersion(server, EXAMPLE);
    const { run_id: runId } = (await run(server, version)).json;
    await api(server, "DELETE", `/api/v3/dataset-versions/${version}`, { body: { reason: "x" } });
    const report = await verified(await download(runId));
    expect(report).toMatchObject({ ok: true });
    expect(report.checks.find(({ name }) => name === "The numbers")?.says).toMatch(/was erased/);
  });

  it("of a run that the log has not taken up yet comes later", async () => {
    const version = await sealedVersion(server, EXAMPLE);
    // What a process holds while it appends to the log.
    await owner.query("SELECT pg_advisory_lock(7305211907)");
    const { run_id: runId } = (await run(server, version)).json;
    const early = await api(server, "GET", `/api/v3/runs/${runId}/export?format=zip`);
    await owner.query("SELECT pg_advisory_unlock(7305211907)");
    expectProblem(early, "LOG_BEHIND");
    expect(Number(early.headers.get("retry-after"))).toBeGreaterThan(0);
    expect(await verified(await download(runId))).toMatchObject({ ok: true });
  });

  it("holds what each instrument comes to as it follows from the inputs, and nothing else", async () => {
    const read = await readStoreZip(bundles.tape);
    const linesOf = (name: string): Json[] => new TextDecoder().decode(read.ok
      ? read.value.find((file) => file.name === name)?.bytes : undefined)
      .trimEnd().split("\n").map((line) => JSON.parse(line));
    const [recorded] = linesOf("run.json");
    const evidence = linesOf("evidence.ndjson");
    const recomputed = () => recomputeRun(recorded,
      new Map(evidence.map((each) => [each.evidence_id, each])),
      new Map(linesOf("findings.ndjson").map((each) => [each.finding_id, each])),
      linesOf("inputs.ndjson").flatMap(({ normalized }) => normalized ?? []));
    expect(recomputed()).toMatchObject({ instruments: recorded.parameters.stress_scenarios.length,
      kept: 0 });
    const own = evidence.find(({ payload }) => payload.analysis === "run-instruments");
    own.payload.result.sha256 = own.payload.result.sha256.replace(/^./,
      (digit: string) => digit === "0" ? "1" : "0");
    expect(recomputed).toThrow(/What the instruments come to under scenario \S+ is not/);
  });

  it("beyond what can be checked is refused before anything is sent", async () => {
    const version = await sealedVersion(server, EXAMPLE);
    const { run_id: runId } = (await run(server, version)).json;
    await download(runId);
    await behindGuards(owner, "dataset_version",
      "UPDATE dataset_version SET raw_count = 20000000 WHERE dataset_version_id = $1", [version]);
    const answer = await api(server, "GET", `/api/v3/runs/${runId}/export?format=zip`);
    expectProblem(answer, "PARAMETERS_INVALID");
    expect(answer.json.message).toMatch(/^format: zip makes a bundle of up to 4\.0 GB.* 2\.1 GB/);
  });

  it("of no run is refused", async () => {
    const answer = await api(server, "GET",
      "/api/v3/runs/00000000-0000-7000-8000-000000000000/export?format=zip", { role: "READ" });
    expect([answer.status, answer.json.detail]).toStrictEqual([404, "RUN_NOT_FOUND"]);
  });
});

/** One line less, twice, in another place, or with another digit. */
function changedRow(text: string, next: (below: number) => number): string {
  const lines = text.split("\n").slice(0, -1);
  const at = next(lines.length);
  const line = lines[at] as string;
  const digits = [...line.matchAll(/\d/g)].map(({ index }) => index);
  const way = lines.length > 1 ? next(4) : digits.length > 0 ? 3 : 0;
  const other = (at + 1 + next(lines.length - 1)) % lines.length;
  const place = digits[next(digits.length)] ?? 0;
  const edited = way === 0 ? lines.toSpliced(at, 1) : way === 1 ? lines.toSpliced(at, 0, line)
    : way === 2 && lines[other] !== line
      ? lines.with(at, lines[other] as string).with(other, line)
      : digits.length === 0 ? lines.toSpliced(at, 1) : lines.with(at, line.slice(0, place)
        + String((Number(line[place]) + 1) % 10) + line.slice(place + 1));
  return edited.map((each) => `${each}\n`).join("");
}

async function repacked(files: { name: string; bytes: Uint8Array }[]): Promise<Uint8Array> {
  const rest = files.slice(0, -1);
  const manifest = JSON.parse(new TextDecoder().decode(files.at(-1)?.bytes)) as { files: unknown };
  manifest.files = rest.map(({ name, bytes }) =>
    ({ name, bytes: bytes.length, sha256: sha256Hex(bytes) }));
  const last = { name: BUNDLE_FILES.at(-1) as string, bytes: new TextEncoder().encode(
    `${canonicalJson(manifest as Plain)}\n`) };
  const pieces: Uint8Array[] = [];
  for await (const piece of storeZip((async function* () {
    for (const { name, bytes } of [...rest, last]) yield { name, pieces: [bytes] };
  })())) pieces.push(piece);
  return new Uint8Array(Buffer.concat(pieces));
}
