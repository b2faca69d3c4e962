import { processState } from "../platform/process-state";
import { pool } from "./database";

/** Before PostgreSQL 15 a database has no provider to name: it is the C library. */
const BY_BYTES = `SELECT datcollate IN ('C', 'POSIX') AND datctype IN ('C', 'POSIX')
    AND coalesce(to_jsonb(d)->>'datlocprovider', 'c') = 'c' AS found
  FROM pg_database d WHERE datname = current_database()`;

const state = () => processState("sorting", (): { byBytes: Promise<boolean> | null } =>
  ({ byBytes: null }));

/** Whether the database sorts texts by their bytes and knows capital letters of ASCII alone. */
export async function sortsByBytes(): Promise<boolean> {
  const asking = state().byBytes ??= pool().query<{ found: boolean }>(BY_BYTES)
    .then(({ rows }) => rows[0]?.found === true);
  try {
    return await asking;
  } catch (error) {
    state().byBytes = null;
    throw error;
  }
}
