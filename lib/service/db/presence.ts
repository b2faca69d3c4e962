import { randomInt } from "node:crypto";
import pg from "pg";
import { environment } from "../platform/environment";
import { log } from "../platform/log";

/** First half of the advisory locks that living workers hold; the second is the worker's key. */
export const PRESENCE_LOCK = 7_305_214;
const RETRY_MS = 1000;

/**
 * A sign of life that cannot be forged or forgotten: an advisory lock on a connection of its own.
 * The database drops it the moment the process or the connection is gone. Who loses the
 * connection gets a new key: work under the old one may be somebody else's by then.
 */
export type Presence = { key(): number | null; leave(): Promise<void> };

/** Keys of workers that live, as a set to compare with. */
export const LIVING_WORKERS = `SELECT objid::bigint::int FROM pg_locks
  WHERE locktype = 'advisory' AND classid = ${PRESENCE_LOCK} AND objsubid = 2 AND granted
    AND database = (SELECT oid FROM pg_database WHERE datname = current_database())`;

/** Takes a key and holds it; `onLost` is called when the connection breaks. */
export async function bePresent(onLost: () => void): Promise<Presence> {
  let key: number | null = null;
  let client: pg.Client | null = null;
  let leaving = false;
  const join = async (): Promise<void> => {
    const next = new pg.Client({
      connectionString: environment().TODISCOPE_DATABASE_URL, keepAlive: true,
      application_name: "todiscope worker",
      connectionTimeoutMillis: environment().TODISCOPE_DB_CONNECT_TIMEOUT_S * 1000,
    });
    next.on("error", (error) => log().debug({ error: error.message }, "WORKER_PRESENCE_LOST"));
    await next.connect();
    const candidate = randomInt(1, 2 ** 31 - 1);
    const taken = await next.query<{ held: boolean }>(
      "SELECT pg_try_advisory_lock($1, $2) AS held", [PRESENCE_LOCK, candidate]);
    if (!taken.rows[0]?.held || leaving) {
      await next.end();
      throw new Error("the worker's key is taken");
    }
    client = next;
    key = candidate;
    next.once("end", () => {
      key = null;
      if (leaving) return;
      onLost();
      rejoin();
    });
  };
  const rejoin = (): void => {
    if (leaving) return;
    setTimeout(() => { join().catch(rejoin); }, RETRY_MS).unref();
  };
  await join();
  return {
    key: () => key,
    leave: async () => {
      leaving = true;
      key = null;
      await client?.end().catch(() => undefined);
    },
  };
}
