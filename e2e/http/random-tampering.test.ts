import path from "node:path";
import type pg from "pg";
import { describe, expect, it } from "vitest";
import { api, type Json } from "../support/api";
import { newDataDir, type TestServer } from "../support/server";
import { fillLog } from "../support/told-world";
import { usingServer } from "../support/using-server";

/** Rows of the database changed at random behind its guards: verification names each. */
const TIMES = Number(process.env.TEST_TAMPERINGS ?? 150);

let server: TestServer;
let owner: pg.Client;

const dataDir = newDataDir();
usingServer(async (up) => {
  ({ server, owner } = up);
  await fillLog(server);
}, { TODISCOPE_LOG_PUBLISH_DIR: path.join(dataDir, "published") }, dataDir);

/** Numbers that look random and are the same in every run. */
function numbers(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor(state / 2 ** 32 * below);
  };
}

type Problem = { code: string; kind: string | null; id: string | null;
  from_index: number | null; to_index: number | null };
type Table = {
  key: string; from?: string;
  /** Columns that nothing rests on, or the only ones that something does. */
  free?: string[]; only?: string[];
  /** A row of it may go: nothing says that there was one. */
  stays?: true;
  names: (row: Json, problem: Problem, isRemoved: boolean) => boolean;
};
const record = (kind: string, id: string, logged = kind): Table => ({ key: id,
  from: `JOIN log_leaf l ON l.record_id = t.${kind === "link" ? "finding_id" : id}
    AND l.kind = '${logged}'`,
  names: (row, problem) => problem.kind === kind && problem.id === row[id] });
const covers = (from: number, to: number) => ({ from_index: low, to_index: high }: Problem) =>
  low !== null && low <= to && (high ?? low) >= from;
/** A row beside the log, which an event tells of. */
const told = (
  kind: string, key: string, id: (row: Json) => string, columns: Pick<Table, "free" | "only"> = {},
): Table => ({ key, ...columns,
  names: (row, problem) => problem.kind === kind && problem.id === id(row)
    && ["RECORD_UNTOLD", "RECORD_MISSING"].includes(problem.code) });
const setting = (table: string, key: string, free: string[]): Table =>
  told("setting", key, (row) => `${table} ${row[key]}`, { free });

const TABLES: Record<string, Table> = {
  evidence_records: record("evidence", "evidence_id"),
  finding_record: record("finding", "finding_id"),
  finding_evidence_link: record("link", "link_id", "finding"),
  run: record("run", "run_id"),
  // Its own hash is a column as well, which the chain of events rests on and the log does not.
  audit_event: { ...record("audit", "audit_event_id"), free: ["sha256"] },
  log_leaf: { key: "leaf_index", free: ["sequenced_at"], names: (row, problem) =>
    covers(Number(row.leaf_index), Number(row.leaf_index))(problem) },
  log_node: { key: "level, node_index", names: (row, problem) => {
    const width = 2 ** row.level;
    const from = Number(row.node_index) * width;
    return covers(from, from + width - 1)(problem);
  } },
  log_checkpoint: { key: "size, key_id", free: ["created_at"], names: (row, problem, isRemoved) =>
    isRemoved ? ["CHECKPOINT_MISSING", "CHECKPOINT_LOST"].includes(problem.code)
      && covers(Number(row.size) - 1, Number(row.size))(problem)
      : problem.id === `checkpoint ${row.size}` || problem.code === "CHECKPOINT_SIGNATURE" },
  log_key: { key: "key_id", free: ["created_at"], names: (row, problem) =>
    ["KEY_CHANGED", "KEY_MISSING"].includes(problem.code) && problem.id === row.key_id },
  log_identity: { key: "log_id", free: ["created_at"], names: (_, { code }) =>
    ["IDENTITY_CHANGED", "CHECKPOINT_SIGNATURE"].includes(code) },
  log_publication: { key: "publication_id", only: ["size", "key_id"], stays: true,
    names: (_, { code }) => code === "CHECKPOINT_UNKNOWN" },
  dataset_version: told("dataset_version", "dataset_version_id", (row) => row.dataset_version_id,
    { only: ["dataset_version_id", "content_hash", "raw_count", "normalized_count",
      "rejected_count"] }),
  run_sign_off_step: told("sign_off", "run_sign_off_step_id",
    (row) => `${row.run_id} step ${row.number}`, { free: ["run_sign_off_step_id"] }),
  run_sign_off: told("sign_off", "run_id", (row) => row.run_id),
  run_comment: told("comment", "run_comment_id", (row) => row.run_comment_id),
  report_file: told("report", "report_file_id", (row) => row.report_file_id,
    { free: ["created_at"] }),
  legal_hold: told("legal_hold", "legal_hold_id", (row) => row.legal_hold_id,
    { free: ["created_at", "released_at"] }),
  scenario_version: told("scenario", "scenario_version_id",
    (row) => `${row.library_scenario_id} version ${row.number}`,
    { free: ["scenario_version_id", "created_at", "author_person"] }),
  scenario_decision: { key: "scenario_decision_id", free: ["scenario_decision_id", "decided_at"],
    names: (_, { kind, id }) => kind === "scenario" && / decision on version 1$/.test(id ?? "") },
  kill_switch_event: told("kill_switch", "kill_switch_event_id", (row) => row.kill_switch_event_id,
    { free: ["role", "request_id", "correlation_id", "created_at"] }),
  kpi_settings: setting("kpi_settings", "dataset_id", ["changed_at"]),
  quality_settings: setting("quality_settings", "dataset_id", ["changed_at"]),
  retention_rule: setting("retention_rule", "dataset_id", ["changed_at"]),
  feature_flag: setting("feature_flag", "flag", ["reason", "updated_at"]),
};

/** Another value of each type, also in place of none. */
const CHANGES: Record<string, (column: string) => string> = {
  uuid: () => "gen_random_uuid()",
  text: (column) => `coalesce(${column}, '') || 'x'`,
  jsonb: (column) => `coalesce(${column}, '{}') || '{"x": 1}'`,
  "timestamp with time zone": (column) => `${column} + interval '1 ms'`,
  boolean: (column) => `NOT ${column}`,
  integer: (column) => `coalesce(${column}, 0) + 7`, bigint: (column) => `${column} + 1000000`,
  "double precision": (column) => `coalesce(${column}, 0) + 1`,
  bytea: (column) => `CASE WHEN length(${column}) > 0 THEN set_byte(${column}, 0,
    get_byte(${column}, 0) # 1) ELSE '\\x01'::bytea END`,
  _uuid: (column) => `array_append(${column}, gen_random_uuid())`,
  _text: (column) => `array_append(${column}, 'x')`,
};

describe("the database", () => {
  let columns: { table: string; name: string; type: string }[];
  async function prepare(): Promise<void> {
    columns = (await owner.query(`SELECT table_name AS table, column_name AS name,
        CASE data_type WHEN 'ARRAY' THEN udt_name ELSE data_type END AS type
      FROM information_schema.columns
      WHERE table_schema = 'public' AND table_name = ANY($1) ORDER BY 1, ordinal_position`,
    [Object.keys(TABLES)])).rows;
    // No trigger and no foreign key stands in this connection's way, as in an attacker's.
    await owner.query("SET session_replication_role = replica");
    // What the log takes up meanwhile would move the places of things.
    await owner.query("SELECT pg_advisory_lock(7305211907)");
  }

  /** Changes one row, verifies, and puts it back; null where a constraint kept it. */
  async function tampered(
    next: (below: number) => number,
  ): Promise<{ what: string; problems: Problem[]; isNamed: boolean } | null> {
    const names = Object.keys(TABLES);
    const name = names[next(names.length)] as string;
    const table = TABLES[name] as Table;
    const { rows: all } = await owner.query(`SELECT t.*, t.ctid FROM ${name} t ${table.from ?? ""}
      ORDER BY ${table.key.split(", ").map((column) => `t.${column}`).join(", ")}`);
    const { ctid, ...row } = all[next(all.length)] as Json;
    const choice = columns.filter((each) => each.table === name
      && !table.free?.includes(each.name) && (table.only?.includes(each.name) ?? true));
    const { name: column, type } = choice[next(choice.length)] as (typeof columns)[number];
    const isRemoved = !table.stays && next(6) === 0;
    const what = `${name} ${isRemoved ? "removed" : column} ${JSON.stringify(row)}`;
    await owner.query(`CREATE TEMP TABLE kept AS SELECT * FROM ${name} WHERE ctid = '${ctid}'`);
    try {
      const changed = await owner.query(isRemoved ? `DELETE FROM ${name} WHERE ctid = '${ctid}'`
        : `UPDATE ${name} SET ${column} = ${CHANGES[type]?.(column)} WHERE ctid = '${ctid}'
           RETURNING ctid`);
      const answer = await api(server, "POST", "/api/v3/evidence-log/verify", { role: "AUDIT" });
      const place = changed.rows[0]?.ctid as string | undefined;
      if (place) await owner.query(`DELETE FROM ${name} WHERE ctid = '${place}'`);
      await owner.query(`INSERT INTO ${name} SELECT * FROM kept`);
      const { problems } = answer.json as { problems: Problem[] };
      return { what, problems, isNamed: problems.some((problem) =>
        table.names(row, problem, isRemoved)) };
    } catch (error) {
      if ((error as { code?: string }).code === "23514") return null;
      throw error;
    } finally {
      await owner.query("DROP TABLE kept");
    }
  }

  it(`is found to be changed, and where: ${TIMES} times one row`, async () => {
    await prepare();
    const next = numbers(23);
    let times = 0;
    const unnamed: string[] = [];
    while (times < TIMES) {
      const found = await tampered(next);
      if (!found) continue;
      times += 1;
      if (!found.isNamed) unnamed.push(`${found.what}: ${JSON.stringify(found.problems)}`);
    }
    expect(unnamed).toStrictEqual([]);
    const whole = await api(server, "POST", "/api/v3/evidence-log/verify", { role: "AUDIT" });
    expect(whole.json).toMatchObject({ ok: true, problems: [] });
  }, 60_000 + TIMES * 1000);
});
