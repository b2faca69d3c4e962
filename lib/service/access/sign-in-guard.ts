import { AppError } from "../platform/app-error";
import { pool, prisma } from "../db/database";
import { ACCOUNT, ADDRESS, PAIR, waitsOf, type Backoff } from "./sign-in-policy";

/** What attempts are counted for; the empty text stands for "any". */
export type Guarded = { account: string; address: string; backoff: Backoff };

/** What an attempt has begun: whether this very failure starts a wait, and after how many. */
export type Reservation = { failures: number; waitS: number };

/** The wide counts spare whom this address is known for: a stranger's guesses do not reach them. */
export const guardsOf = (account: string, address: string, isKnown: boolean): Guarded[] => [
  { account, address, backoff: PAIR },
  ...(isKnown ? [] : [
    { account, address: "", backoff: ACCOUNT },
    { account: "", address, backoff: ADDRESS },
  ]),
];

/**
 * One statement, so that a thousand attempts at once are counted one by one: each either counts
 * for all that guards it, before any password is looked at, or finds a wait and counts nothing.
 */
const RESERVE = `
  WITH wanted AS MATERIALIZED (
    SELECT w.* FROM jsonb_to_recordset($1::jsonb)
      AS w(account text, address text, waits jsonb, forget_s int)
  ), blocked AS MATERIALIZED (
    SELECT 1 FROM sign_in_guard g JOIN wanted w USING (account, address)
    WHERE g.blocked_until > now()
  )
  INSERT INTO sign_in_guard AS g (account, address, failures, last_failure_at, blocked_until)
  SELECT account, address, 1, now(), CASE WHEN (waits->>0)::int > 0
    THEN now() + (waits->>0)::int * interval '1 s' END
  FROM wanted WHERE NOT EXISTS (SELECT 1 FROM blocked) ORDER BY account, address
  ON CONFLICT (account, address) DO UPDATE SET (failures, last_failure_at, blocked_until) = (
    SELECT n.failures, now(), CASE WHEN wait.s > 0 THEN now() + wait.s * interval '1 s' END
    FROM wanted w,
      LATERAL (SELECT CASE WHEN g.last_failure_at < now() - w.forget_s * interval '1 s'
        THEN 1 ELSE g.failures + 1 END AS failures) n,
      LATERAL (SELECT (w.waits->>(least(n.failures, jsonb_array_length(w.waits)) - 1))::int AS s)
        wait
    WHERE w.account = g.account AND w.address = g.address)
  WHERE g.blocked_until IS NULL OR g.blocked_until <= now()
  RETURNING g.failures,
    coalesce(extract(epoch FROM g.blocked_until - now()), 0)::int AS wait_s`;

/**
 * Counts an attempt as failed before it is looked at; `forgive` takes that back.
 * @throws AppError RATE_LIMITED while there is a wait, also for who has the right password.
 */
export async function reserve(guards: readonly Guarded[]): Promise<Reservation> {
  const wanted = guards.map(({ account, address, backoff }) =>
    ({ account, address, waits: waitsOf(backoff), forget_s: backoff.forgetS }));
  const counted = await pool().query<{ failures: number; wait_s: number }>(
    RESERVE, [JSON.stringify(wanted)]);
  if (counted.rows.length < guards.length) throw tooMany(await waitFor(guards));
  return {
    failures: counted.rows[0]?.failures ?? 0,
    waitS: Math.max(0, ...counted.rows.map((row) => row.wait_s)),
  };
}

export const tooMany = (seconds: number): AppError => new AppError("RATE_LIMITED",
  { message: `Too many attempts. Wait ${seconds} seconds.`, retryAfterS: seconds });

const keysOf = (guards: readonly Guarded[]): unknown[] =>
  [guards.map((one) => one.account), guards.map((one) => one.address)];

async function waitFor(guards: readonly Guarded[]): Promise<number> {
  const found = await pool().query<{ wait_s: number | null }>(`
    SELECT ceil(extract(epoch FROM max(blocked_until) - now()))::int AS wait_s
    FROM sign_in_guard JOIN unnest($1::text[], $2::text[]) AS w(account, address)
      USING (account, address)`, keysOf(guards));
  return Math.max(1, found.rows[0]?.wait_s ?? 1);
}

/**
 * Takes an attempt back: the password was right. What other accounts cost an address stays. Rows
 * are locked in the order in which `reserve` locks them.
 */
export async function forgive(guards: readonly Guarded[]): Promise<void> {
  await pool().query(`
    WITH locked AS MATERIALIZED (
      SELECT g.account, g.address FROM sign_in_guard g
      JOIN unnest($1::text[], $2::text[]) AS w(account, address) USING (account, address)
      ORDER BY account, address FOR UPDATE OF g
    ), gone AS (
      DELETE FROM sign_in_guard g USING locked l
      WHERE g.account = l.account AND g.address = l.address AND g.account <> ''
    )
    UPDATE sign_in_guard g SET failures = greatest(g.failures - 1, 0), blocked_until = NULL
    FROM locked l WHERE g.account = l.account AND g.address = l.address AND g.account = ''`,
  keysOf(guards));
}

/** What stands against an account's sign-ins: failures, and until when somebody waits. */
export type Lock = { failures: number; lockedUntil: Date | null };

/** The counts of these accounts; one without failures is missing. */
export async function locksOf(accounts: readonly string[]): Promise<Map<string, Lock>> {
  const rows = await prisma().signInGuard.groupBy({
    by: ["account"], where: { account: { in: [...accounts] } },
    _max: { failures: true, blockedUntil: true },
  });
  return new Map(rows.map(({ account, _max: { failures, blockedUntil } }) => {
    const isBlocked = blockedUntil !== null && blockedUntil.getTime() > Date.now();
    return [account, { failures: failures ?? 0, lockedUntil: isBlocked ? blockedUntil : null }];
  }));
}

const KEPT_MS = 25 * 3_600_000;

/** Removes counts that no policy looks at any more. */
export async function forgetOldFailures(): Promise<void> {
  await prisma().signInGuard.deleteMany({
    where: { lastFailureAt: { lt: new Date(Date.now() - KEPT_MS) } } });
}
