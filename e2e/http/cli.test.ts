import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import type pg from "pg";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { api, EXAMPLE, run, sealedVersion, type Json } from "../support/api";
import { cli, type CliResult } from "../support/cli";
import { cuttingProxy } from "../support/cuttable-proxy";
import { behindGuards, connect } from "../support/database";
import { texts } from "../support/eba-set";
import { BOOK } from "../support/segment-book";
import { until } from "../support/until";
import { removeDataDir, startServer, TOKENS, type TestServer } from "../support/server";

const folder = mkdtempSync(path.join(os.tmpdir(), "todiscope-cli-"));
let server: TestServer;
let owner: pg.Client;
let versionId: string;

beforeAll(async () => {
  server = await startServer();
  owner = await connect(server);
  versionId = await sealedVersion(server, EXAMPLE);
});
afterAll(async () => {
  await owner.end();
  await server.stop();
  removeDataDir(server.dataDir);
  rmSync(folder, { recursive: true });
});

const file = (name: string, text: string): string => {
  const full = path.join(folder, name);
  writeFileSync(full, text);
  return full;
};
const ok = (result: CliResult): string => {
  expect(result).toMatchObject({ code: 0, out: expect.any(String) });
  return result.out;
};

describe("help", () => {
  it("of the whole and of each command", async () => {
    const help = ok(await cli(server, ["--help"]));
    for (const command of ["ingest", "run", "report", "verify", "jobs", "audit", "kill", "flags", "engines", "token", "user", "sql", "doctor"]) {
      expect(help).toContain(`  ${command}`);
      expect(ok(await cli(server, [command, "--help"]))).toContain(`Usage: todiscope ${command}`);
    }
  });

  it("2 for what it does not understand", async () => {
    expect(await cli(server, ["nonsense"])).toMatchObject({ code: 2, out: "" });
    expect((await cli(server, ["run"])).code).toBe(2);
    expect((await cli(server, ["token", "create", "x", "-r", "KING"])).err).toContain('"KING" is no role');
    const { code, err } = await cli(server, ["--url", "nowhere", "token", "list"]);
    expect([code, err]).toStrictEqual([2, '--url is "nowhere": no URL.\n']);
  });
});

describe("ingest", () => {
  it("goes on with a large file where the network was cut", async () => {
    const rows = Array.from({ length: 100_000 }, (_, at) => `LN-${at},10,${"text ".repeat(25)}`);
    const tape = file("large.csv", `loan_id,principal,note\n${rows.join("\n")}\n`);
    const { url, cuts } = await cuttingProxy(server.url, 10 * 1024 ** 2);
    const out = ok(await cli({ ...server, url },
      ["ingest", tape, "--dataset", "Cut", "--create", "--json"]));
    expect(cuts()).toBe(1);
    expect(JSON.parse(out)).toMatchObject({ status: "sealed", counts: { normalized: 100_000 },
      source: { name: "large.csv" } });
  });

  it("creates the dataset, follows the import and says what came of it", async () => {
    const tape = file("tape.csv", "loan_id;principal;sector;e-mail\nA;1.000,50;CRE;a@b.org\n"
      + "B;2000;SME;\nC;x;SME;\n");
    const { code, out, err } = await cli(server,
      ["ingest", tape, "-d", "By command", "--create", "--currency", "CHF", "--locale", "de"]);
    expect([code, err]).toStrictEqual([0, expect.stringMatching(/^Created dataset /)]);
    expect(out).toMatch(/status +sealed/);
    expect(out).toMatch(/2 normalized of 3, 1 left out/);
    expect(out).toMatch(/outstanding +3,000.5 CHF/);
    expect(out).toMatch(/remark +ROWS_REJECTED: 1 of 3/);
    expect(out).toMatch(/remark +'e-mail' looks personal/);
    const again = JSON.parse(ok(await cli(server, ["--json", "ingest", tape, "-d", "By command"])));
    expect(again).toMatchObject({ dataset_name: "By command", number: 2 });
  });

  it("holds a tape to its control totals, unless a reason is given", async () => {
    const into = ["ingest", file("short.csv", "principal\n1\n2\n"), "-d", "Controlled", "--create",
      "--expect-rows", "3", "--expect-principal", "3"];
    const { code, err } = await cli(server, into);
    expect([code, err]).toStrictEqual([1, expect.stringMatching(/rows/)]);
    expect(ok(await cli(server, [...into, "--accept-quality", "The third row was sold"])))
      .toMatch(/status +sealed/);
  });

  it("takes mapping and rates from files", async () => {
    const tape = file("odd.csv", "Konto,Saldo,Whg\nA,10,USD\n");
    const mapping = file("mapping.json",
      '{"instrument_id": "Konto", "principal": {"column": "Saldo", "scale": 1000}, "currency": "Whg"}');
    const version = JSON.parse(ok(await cli(server, ["--json", "ingest", tape, "-d", "Mapped",
      "--create", "--mapping", mapping, "--rates", file("rates.json", '{"USD": 0.5}')])));
    expect(version.consolidated.total_outstanding).toBe(5000);
  });

  it("takes several CSV files as the tables of one tape", async () => {
    const tables = Object.entries(texts()).map(([name, text]) => file(name, text));
    const into = ["-d", "Templates", "--create", "--rates", file("usd.json", '{"USD": 0.9}')];
    const version = JSON.parse(ok(await cli(server, ["--json", "ingest", ...tables, ...into])));
    expect(version).toMatchObject({ status: "sealed", counts: { raw: 9, collaterals: 3 },
      source: { name: "Bank_Counterparty.csv and 3 more.zip", media_type: "application/zip" },
      consolidated: { total_outstanding: 250_970 } });
    const { code, err } = await cli(server,
      ["ingest", tables[0] ?? "", file("tape.parquet", "x"), "-d", "Templates"]);
    expect([code, err]).toStrictEqual(
      [2, "tape.parquet: several files are CSV files of different names.\n"]);
  });

  it("takes JSON lines, and a mapping by its saved name", async () => {
    const tape = file("tape.ndjson", '{"Konto":"A","Saldo":10.5,"Zins":0.25}\n');
    ok(await cli(server, ["ingest", file("first.csv", "principal\n1\n"), "-d", "By name",
      "--create"]));
    const { json: { items } } = await api(server, "GET", "/api/v3/datasets?limit=1000");
    const { dataset_id: id } = items.find(({ name }: Json) => name === "By name");
    await api(server, "POST", `/api/v3/datasets/${id}/mapping-profiles`, { body: { name: "Monthly",
      mapping: { instrument_id: "Konto", principal: { sum: ["Saldo", "Zins"] } } } });
    const version = JSON.parse(ok(await cli(server,
      ["--json", "ingest", tape, "-d", "By name", "--profile", "Monthly"])));
    expect(version).toMatchObject({ consolidated: { total_outstanding: 10.75 },
      source: { media_type: "application/x-ndjson" } });
    const unknown = await cli(server, ["ingest", tape, "-d", "By name", "--profile", "Weekly"]);
    expect([unknown.code, unknown.err]).toStrictEqual([1,
      expect.stringContaining('no mapping profile "Weekly"; built in are todiscope, sba-7a')]);
  });

  it("1 for a tape without a valid row, 2 for a file that is not there", async () => {
    const bad = await cli(server, ["ingest", file("bad.csv", "principal\nx\n"), "-d", "Bad", "--create"]);
    expect([bad.code, bad.out]).toStrictEqual([1, expect.stringMatching(/status +failed/)]);
    const [, id = ""] = /todiscope left-out (\S+)/.exec(bad.err) ?? [];
    expect(ok(await cli(server, ["left-out", id]))).toMatch(/^x,2,"?principal: .*UNREADABLE\)/m);
    expect(await cli(server, ["ingest", "/nowhere.csv", "-d", "Bad"])).toMatchObject({ code: 2 });
    expect((await cli(server, ["ingest", file("a.pdf", "x"), "-d", "Bad"])).err).toContain('".pdf"');
  });
});

describe("run, report and verify", () => {
  it("prints the losses, and says when it was recorded before", async () => {
    const args = ["run", versionId, "--started-at", "2026-01-01", "-p",
      '{"stress_loss_materiality_threshold_pct": 0.21}'];
    const first = await cli(server, args);
    expect(ok(first)).toMatch(/market_crash +259,250 +364,250 +210,000 +material/);
    expect(first.out).toMatch(/default_wave +205,750 +310,750 +210,000 +not_material/);
    const again = await cli(server, args);
    expect(again.out).toBe(first.out);
    expect(again.err).toContain("Replayed");
  });

  it("--json is the API's answer, and a file is written whole", async () => {
    const answer = JSON.parse(ok(await cli(server, ["--json", "run", versionId])));
    const target = path.join(folder, "run.csv");
    ok(await cli(server, ["report", answer.run_id, "-f", "csv", "-o", target]));
    const exported = await api(server, "GET", `/api/v3/runs/${answer.run_id}/export?format=csv`);
    expect(readFileSync(target, "utf8")).toBe(exported.text);
    expect(ok(await cli(server, ["report", answer.run_id]))).toContain("259,250");
  });

  it("2 when the key of a bundle is none, or has no bundle to go with", async () => {
    for (const words of [["--key", "abc", "run.zip"], ["--key", "a".repeat(64)]]) {
      const { code, err } = await cli(server, ["verify", ...words]);
      expect([code, err]).toStrictEqual([2, expect.stringContaining("--key ")]);
    }
  });

  it("5 when evidence does not verify, with the first bad record", async () => {
    const tampered = await sealedVersion(server, EXAMPLE);
    const { json } = await run(server, tampered);
    expect(ok(await cli(server, ["verify", tampered]))).toContain("yes");
    await behindGuards(owner, "evidence_records",
      "UPDATE evidence_records SET payload = payload || '{\"netting\": \"x\"}' WHERE evidence_id = $1",
      [json.debt_exposure_evidence_id]);
    const { code, out } = await cli(server, ["verify"]);
    expect(code).toBe(5);
    expect(out).toMatch(new RegExp(`${tampered} +NO .*${json.debt_exposure_evidence_id}`));
    expect(out).toMatch(new RegExp(`${versionId} +yes`));
  });
});

describe("groups and instruments of a run", () => {
  let runPath: string;
  let id: string;
  const listed = async (part: string, query: string): Promise<Json[]> =>
    (await api(server, "GET", `${runPath}/${part}?${query}`)).json.items;
  /** Rows of a file by the names of its first line. */
  const rowsOf = (text: string): Record<string, string>[] => {
    const [head = "", ...lines] = text.trimEnd().split("\r\n");
    return lines.map((line) => Object.fromEntries(
      line.split(",").map((cell, at) => [head.split(",")[at], cell])));
  };
  const csvOf = async (part: string, query: string): Promise<string> => {
    const answer = await api(server, "GET", `${runPath}/${part}?format=csv${query}`);
    expect(answer.headers.get("content-type")).toContain("text/csv");
    return answer.text;
  };

  beforeAll(async () => {
    const version = await sealedVersion(server, ...BOOK);
    const { json } = await run(server, version, { netting: "instrument", group_by: ["sector"] });
    id = json.run_id;
    runPath = `/api/v3/runs/${id}`;
  });

  it("are files with the figures of the lists, in their order", async () => {
    const groups = await listed("groups", "limit=10");
    const rows = rowsOf(await csvOf("groups", ""));
    expect(rows.map((row) => [row["sector"], row["scenario_id"], Number(row["count"]),
      Number(row["total_outstanding"]), Number(row["allocated_loss"]), row["evidence_id"]]))
      .toStrictEqual(groups.flatMap((group) => group.scenarios.map((scenario: Json) =>
        [group.key.sector ?? "", scenario.scenario_id, group.count,
          group.base.total_outstanding, scenario.allocated_loss, group.evidence_id])));
    const query = "scenario_id=market_crash&sort=-shortfall_increase";
    const instruments = await listed("instruments", query);
    expect(instruments).toHaveLength(4);
    expect(rowsOf(await csvOf("instruments", `&${query}`)).map((row) =>
      [row["instrument_id"], Number(row["row"]), Number(row["shortfall_increase"])]))
      .toStrictEqual(instruments.map((one) =>
        [one.instrument_id, one.row, one.shortfall_increase]));
  });

  it("are printed, as the API's answer and as its files", async () => {
    const [largest] = await listed("groups", "limit=1");
    expect(ok(await cli(server, ["groups", id]))).toMatch(
      new RegExp(`^${largest?.key.sector ?? "\\(none\\)"} +${largest?.count} .*${
        largest?.evidence_id}$`, "m"));
    const target = path.join(folder, "groups.csv");
    ok(await cli(server, ["groups", id, "-f", "csv", "-o", target]));
    expect(readFileSync(target, "utf8")).toBe(await csvOf("groups", ""));
    const text = ok(await cli(server, ["instruments", id, "-s", "market_crash", "--limit", "2"]));
    expect(text).toMatch(/instruments +2 of 4/);
    const query = "scenario_id=market_crash&sort=row";
    const args = ["instruments", id, "-s", "market_crash", "--sort", "row", "-f"];
    expect(`${ok(await cli(server, [...args, "csv"])).trimEnd()}\r\n`)
      .toBe(await csvOf("instruments", `&${query}`));
    expect(JSON.parse(ok(await cli(server, [...args, "json"]))).items)
      .toStrictEqual(await listed("instruments", query));
    const unknown = await cli(server, ["instruments", id, "-s", "nobody"]);
    expect(unknown.code).toBe(1);
    expect(unknown.err).toContain("nobody");
  });
});

describe("access", () => {
  it("3 without or with a wrong token, or without the role; 4 when nobody answers", async () => {
    expect((await cli(server, ["token", "list"], { TODISCOPE_TOKEN: "" })).code).toBe(3);
    const wrong = await cli(server, ["token", "list"], { TODISCOPE_TOKEN: "no-such-token" });
    expect([wrong.code, wrong.err]).toStrictEqual([3, expect.stringContaining("AUTH_INVALID")]);
    expect((await cli(server, ["token", "list"], { TODISCOPE_TOKEN: TOKENS.READ })).err)
      .toContain("needs the role ADMIN");
    const nobody = await cli(server, ["--url", "http://127.0.0.1:1", "token", "list"]);
    expect([nobody.code, nobody.err]).toStrictEqual([4, expect.stringContaining("No server answered")]);
  });

  it("creates a token without an expiry when that is said, with a warning", async () => {
    const made = await cli(server, ["--json", "token", "create", "for ever", "-r", "READ",
      "--no-expiry"]);
    const token = JSON.parse(ok(made));
    expect(token.expires_at).toBeNull();
    expect(made.err).toContain("never expires");
    const usual = await cli(server, ["--json", "token", "create", "usual", "-r", "READ"]);
    expect(JSON.parse(ok(usual)).expires_at).not.toBeNull();
    expect(usual.err).not.toContain("never expires");
    const both = await cli(server, ["token", "create", "x", "-r", "READ", "--no-expiry",
      "--expires-in-days", "2"]);
    expect(both).toMatchObject({ code: 2, out: "" });
    expect(both.err).toContain("exclude each other");
  });

  it("creates a token that works until it is revoked", async () => {
    const made = JSON.parse(ok(await cli(server,
      ["--json", "token", "create", "batch", "-r", "read,execute", "--expires-in-days", "2"])));
    expect(ok(await cli(server, ["run", versionId], { TODISCOPE_TOKEN: made.secret }))).toContain("run ");
    expect(ok(await cli(server, ["token", "list"]))).toMatch(/batch +READ\+EXECUTE/);
    ok(await cli(server, ["token", "revoke", made.token_id]));
    expect(ok(await cli(server, ["token", "list"]))).toMatch(/batch .* revoked/);
  });

  it("--database makes an administrator when nobody can sign in, and it is audited", async () => {
    const made = JSON.parse(ok(await cli(server, ["--json", "--database", "user", "create",
      "rescue@example.org", "-n", "Rescue", "-r", "ADMIN"], { TODISCOPE_TOKEN: "" })));
    expect(made.one_time_password).toMatch(/^.{12,}$/);
    const { items } = (await api(server, "GET", "/api/v3/audit?type=user.created")).json;
    expect(items[0]).toMatchObject({ actor: expect.stringMatching(/^cli:/), subject_id: made.user_id });
    const reset = JSON.parse(ok(await cli(server,
      ["--json", "user", "reset-password", "rescue@example.org"])));
    expect(reset.one_time_password).not.toBe(made.one_time_password);
    ok(await cli(server, ["user", "unlock", made.user_id]));
    ok(await cli(server, ["user", "disable", "rescue@example.org"]));
    expect(ok(await cli(server, ["user", "list"]))).toMatch(/rescue@example.org .* disabled/);
  });
});

describe("jobs", () => {
  it("lists imports, starts a check and follows it to its end, and shows what is scheduled", async () => {
    expect(ok(await cli(server, ["jobs", "list", "--kind", "import", "--state", "succeeded"])))
      .toMatch(/import +succeeded/);
    const started = JSON.parse(ok(await cli(server, ["--json", "jobs", "start", "clean_uploads"])));
    expect(ok(await cli(server, ["jobs", "watch", started.job_id]))).toMatch(/clean_uploads +succeeded/);
    expect((await cli(server, ["jobs", "cancel", started.job_id])).err).toContain("JOB_STATE_CONFLICT");
    expect(ok(await cli(server, ["jobs", "schedules"]))).toContain("verify_evidence");
  });
});

describe("audit", () => {
  it("lists by any field, exports what matches and verifies the chain", async () => {
    await api(server, "POST", "/api/v3/datasets", { body: { name: "Seen", base_currency: "EUR" },
      headers: { "x-correlation-id": "cli-test" } });
    expect(ok(await cli(server, ["audit", "list", "--correlation-id", "cli-test"])))
      .toMatch(/dataset.created +token:admin +ADMIN/);
    expect(ok(await cli(server, ["audit", "export", "--type", "dataset.*", "-f", "json"]))
      .trim().split("\n").map((line) => JSON.parse(line).type)).toContain("dataset.created");
    expect((await cli(server, ["audit", "list"], { TODISCOPE_TOKEN: TOKENS.READ })).code).toBe(3);
    expect(ok(await cli(server, ["audit", "verify"]))).toMatch(/chain +holds/);
  });

  it("5 and the first bad row when an event was changed behind the guards", async () => {
    const id = await until("an event is in the chain", async () => {
      const { rows } = await owner.query<{ audit_event_id: string }>(`SELECT c.position, e.audit_event_id FROM audit_chain c
        JOIN audit_event e USING (audit_event_id) WHERE e.type = 'dataset.created' AND e.actor = 'token:admin'
        ORDER BY c.position LIMIT 1`);
      return rows[0]?.audit_event_id;
    });
    const change = (actor: string) => behindGuards(owner, "audit_event",
      "UPDATE audit_event SET actor = $2 WHERE audit_event_id = $1", [id, actor]);
    await change("nobody");
    const { code, out } = await cli(server, ["audit", "verify"]);
    expect([code, out]).toStrictEqual([5, expect.stringContaining(id)]);
    await change("token:admin");
    expect(ok(await cli(server, ["audit", "verify"]))).toMatch(/chain +holds/);
  });
});

describe("kill", () => {
  it("halts, shows why, resumes against the checklist, and keeps the history", async () => {
    expect(ok(await cli(server, ["kill", "status"]))).toContain("not active");
    expect(ok(await cli(server, ["kill", "halt", "-r", "Limits broken", "--drill"]))).toContain("ACTIVE");
    const status = await cli(server, ["kill", "status"]);
    expect([status.code, status.out]).toStrictEqual([5, expect.stringContaining("Limits broken")]);
    const refused = await cli(server, ["run", versionId]);
    expect([refused.code, refused.err]).toStrictEqual([1, expect.stringMatching(/KILL_SWITCH_ACTIVE.*Limits broken/)]);
    const unconfirmed = await cli(server, ["kill", "resume", "-r", "Done"]);
    expect([unconfirmed.code, unconfirmed.out]).toStrictEqual([2, expect.stringContaining("cause_resolved")]);
    ok(await cli(server, ["kill", "resume", "-r", "Done", "--cause-resolved",
      "--accept-failed", "health", "chain_verified"]));
    expect(ok(await cli(server, ["kill", "history"]))).toMatch(/resumed[^]*activated +drill .* Limits broken/);
    ok(await cli(server, ["run", versionId]));
  });
});

describe("flags and engines", () => {
  it("shows a flag's value with its origin, changes it with a reason, and forgets it again", async () => {
    expect(ok(await cli(server, ["flags", "list"]))).toMatch(/AUTO_APPROVAL_MAX_NOTIONAL +1000 +default/);
    expect(ok(await cli(server, ["flags", "set", "AUTO_APPROVAL_MAX_NOTIONAL", "250.5", "-r", "Less"])))
      .toMatch(/250.5 +stored/);
    expect(ok(await cli(server, ["flags", "reset", "AUTO_APPROVAL_MAX_NOTIONAL", "-r", "Back"])))
      .toMatch(/1000 +default/);
    expect((await cli(server, ["flags", "set", "NO_SUCH", "true", "-r", "x"])).err)
      .toContain("FLAG_NOT_FOUND");
    expect((await cli(server, ["flags", "set", "AUTO_APPROVAL", "maybe", "-r", "x"])).code).toBe(2);
  });

  it("disables an engine and enables it again", async () => {
    const engine = "engine_distressed_asset_debt_stress";
    expect(ok(await cli(server, ["engines", "disable", engine, "-r", "Recalibration"])))
      .toMatch(/disabled +stored +Recalibration/);
    expect((await cli(server, ["run", versionId])).err).toContain("ENGINE_DISABLED");
    ok(await cli(server, ["engines", "enable", engine, "-r", "Done"]));
    ok(await cli(server, ["run", versionId]));
  });
});

describe("sql", () => {
  it("answers as a table and as JSON, from the standard input too, and says when there is more", async () => {
    expect(ok(await cli(server, ["sql", "SELECT 1 AS one, NULL AS none"]))).toBe(
      "one  none\n---  ----\n  1  NULL\n");
    const { out, err } = await cli(server, ["--json", "sql", "--limit", "2"], {},
      "SELECT n FROM generate_series(1, 5) n;");
    expect(JSON.parse(out)).toStrictEqual([{ n: "1" }, { n: "2" }]);
    expect(err).toContain("more than 2 rows");
  });

  it.each(["DELETE FROM app_user", "SELECT 1; DELETE FROM app_user", "COMMIT",
    "SELECT pg_reload_conf(), set_config('a.b', 'c', false) FROM nothing",
    "SELECT nextval('row_problem_row_problem_id_seq')",
  ])("changes nothing: %s", async (text) => {
    const { code, out } = await cli(server, ["sql", text]);
    expect([code, out]).toStrictEqual([1, ""]);
  });
});

describe("doctor", () => {
  it("finds a healthy installation healthy, and goes through a deployment's list", async () => {
    const checks = JSON.parse(ok(await cli(server, ["--json", "doctor", "--post-deploy"])));
    const states = Object.fromEntries(checks.map(
      (check: { name: string; state: string }) => [check.name, check.state]));
    expect(states).toMatchObject({ migrations: "ok", clock: "ok", "anonymous access": "ok",
      "engine registered": "ok", "kill switch": "ok", "run endpoint": "ok",
      "records in the database": "ok" });
  });

  it("5 with what to do when the database is not there, an address that holds a secret hidden", async () => {
    const { code, out } = await cli(server, ["doctor"],
      { TODISCOPE_DATABASE_URL: "postgresql://u:very-secret@127.0.0.1:9/x" });
    expect(code).toBe(5);
    expect(out).toMatch(/database +failed .*ECONNREFUSED.*Start it/);
    expect(out).not.toContain("very-secret");
  });

  it("5 when a migration is not what was applied", async () => {
    await owner.query(`UPDATE "_prisma_migrations" SET checksum = 'x' WHERE migration_name LIKE '%_tables'`);
    const { code, out } = await cli(server, ["doctor"]);
    expect([code, out]).toStrictEqual([5, expect.stringContaining("applied, then changed")]);
  });

  it("5 when the watched folder is not there; a warning when nothing looks at it", async () => {
    const gone = await cli(server, ["doctor"], { TODISCOPE_INBOX: file("inbox", "no folder") });
    expect([gone.code, gone.out])
      .toStrictEqual([5, expect.stringMatching(/watched folder +failed +ENOTDIR/)]);
    expect(gone.out).toMatch(/watched folder's schedule +warning .*import_inbox/);
  });

  it("names the variable that cannot be read", async () => {
    const { code, out } = await cli(server, ["doctor"], { TODISCOPE_RATE_LIMIT: "many" });
    expect([code, out]).toStrictEqual([5, expect.stringContaining('TODISCOPE_RATE_LIMIT holds "many"')]);
  });
});
