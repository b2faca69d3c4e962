import type pg from "pg";
import { describe, expect, it } from "vitest";
import { api, EXAMPLE, run, sealedVersion, sendTape, type Json } from "../support/api";
import { type TestServer } from "../support/server";
import { usingServer } from "../support/using-server";

/** Rows of the database changed at random behind its guards: verification names each. */
const TIMES = Number(process.env.TEST_TAMPERINGS ?? 150);

let server: TestServer;
let owner: pg.Client;

usingServer(async (up) => {
  ({ server, owner } = up);
  await run(server, await sealedVersion(server, EXAMPLE));
  const tape = (await sendTape(server,
    "instrument_id,principal,collateral_value,sector\nA,10,5,retail\nB,20,7,energy\n")).json;
  await run(server, tape.dataset_version_id, { netting: "instrument", group_by: ["sector"] });
  const gone = await sealedVersion(server, EXAMPLE);
  await run(server, gone);
  await api(server, "DELETE", `/api/v3/dataset-versions/${gone}`, { body: { reason: "test" } });
  expect((await api(server, "POST", "/api/v3/evidence-log/publish")).status).toBe(200);
});

/** Numbers that look random and are the same in every run. */
function numbers(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor(state / 2 ** 32 * below);
  };
}

type Problem = { kind: string | null; id: string | null; from_index: number | null;
  to_index: number | null };
type Table = {
  key: string; from?: string;
  /** Columns that nothing rests on. */
  free?: string[];
  /** A row of it may go: that a signature is missing shows only beside a published one. */
  stays?: true;
  names: (row: Json, problem: Problem) => boolean;
};
const record = (kind: string, id: string, logged = kind): Table => ({ key: id,
  from: `JOIN log_leaf l ON l.record_id = t.${kind === "link" ? "finding_id" : id}
    AND l.kind = '${logged}'`,
  names: (row, problem) => problem.kind === kind && problem.id === row[id] });
const covers = (from: number, to: number) => ({ from_index: low, to_index: high }: Problem) =>
  low !== null && low <= to && (high ?? low) >= from;

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
  log_checkpoint: { key: "size, key_id", free: ["created_at"], stays: true,
    names: (_, problem) => /^checkpoint \d+$/.test(problem.id ?? "") },
};

/** Another value of each type, also in place of none. */
const CHANGES: Record<string, (column: string) => string> = {
  uuid: () => "gen_random_uuid()",
  text: (column) => `coalesce(${column}, '') || 'x'`,
  jsonb: (column) => `coalesce(${column}, '{}') || '{"x": 1}'`,
  "timestamp with time zone": (column) => `${column} + interval '1 ms'`,
  boolean: (column) => `NOT ${column}`,
  integer: (column) => `${column} + 7`, bigint: (column) => `${column} + 1000000`,
  bytea: (column) => `CASE WHEN length(${column}) > 0 THEN set_byte(${column}, 0,
    get_byte(${column}, 0) # 1) ELSE '\\x01'::bytea END`,
  ARRAY: (column) => `array_append(${column}, gen_random_uuid())`,
};

describe("the database", () => {
  let columns: { table: string; name: string; type: string }[];
  async function prepare(): Promise<void> {
    columns = (await owner.query(`SELECT table_name AS table, column_name AS name,
        data_type AS type FROM information_schema.columns
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
    const choice = columns.filter((each) =>
      each.table === name && !table.free?.includes(each.name));
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
      return { what, problems, isNamed: problems.some((problem) => table.names(row, problem)) };
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
