import { ChainVerifier, type ChainDefect, type ChainProblem } from "@/lib/evidence";
import type { QueryOf, ResponseOf } from "@/lib/contract/operations";
import type { Prisma } from "../db/database";
import { writeAudit } from "./audit";
import { chainState, knownHeads } from "./audit-sequencer";
import type { Context } from "../platform/caller";
import { countUnsequenced, readChain } from "../db/audit-chain";
import { selectAudit, type AuditFilter, type AuditPlace, type StoredEvent } from "../db/audit-query";
import { encodeCursor, placeOf } from "../platform/paging";
import { processState } from "../platform/process-state";
import { csvLine } from "../platform/spreadsheet-text";

/** Audit events that match, newest first. A page stays where it is while events arrive. */
export async function listAudit(query: QueryOf<"listAudit">): Promise<ResponseOf<"listAudit">> {
  const { limit, cursor, ...filter } = query;
  const rows = await selectAudit(filter, cursor === undefined ? null : placeOf(cursor), limit + 1);
  const items = rows.slice(0, limit);
  const last = items.at(-1);
  return { items, next_cursor: rows.length > limit && last
    ? encodeCursor([last.created_at, last.audit_event_id]) : null };
}

const EXPORT_BATCH = 1000;
const CSV_COLUMNS = ["created_at", "type", "actor", "role", "subject_id", "dataset_version_id",
  "reason", "request_id", "correlation_id", "before", "after", "details", "audit_event_id",
  "sha256", "position"] as const satisfies readonly (keyof StoredEvent)[];

/**
 * All events that match, as a file that is written while it is read. The export is an event itself,
 * recorded before its first byte: one that is broken off has shown something too.
 */
export async function exportAudit(
  context: Context, query: QueryOf<"exportAudit">,
): Promise<{ name: string; type: string; stream: AsyncIterable<string> }> {
  const { format, ...filter } = query;
  // What is written from now on, this export's own event first of all, is not part of it.
  const now = new Date().toISOString();
  const to = filter.to !== undefined && filter.to < now ? filter.to : now;
  await writeAudit(context, { type: "audit.exported", details: { format, filter } });
  return {
    name: `todiscope-audit-${now.slice(0, 10)}.${format === "csv" ? "csv" : "ndjson"}`,
    type: format === "csv" ? "text/csv; charset=utf-8" : "application/x-ndjson",
    stream: format === "csv" ? csvOf({ ...filter, to }) : ndjsonOf({ ...filter, to }),
  };
}

async function* batchesOf(filter: AuditFilter): AsyncGenerator<StoredEvent[]> {
  for (let after: AuditPlace | null = null; ;) {
    const rows = await selectAudit(filter, after, EXPORT_BATCH);
    if (rows.length > 0) yield rows;
    const last = rows.at(-1);
    if (rows.length < EXPORT_BATCH || !last) return;
    after = { at: new Date(last.created_at), id: last.audit_event_id };
  }
}

async function* csvOf(filter: AuditFilter): AsyncGenerator<string> {
  yield csvLine(CSV_COLUMNS);
  for await (const rows of batchesOf(filter)) {
    yield rows.map((row) => csvLine(CSV_COLUMNS.map((column) => {
      const value = row[column];
      return value === null ? "" : typeof value === "object" ? JSON.stringify(value) : String(value);
    }))).join("");
  }
}

async function* ndjsonOf(filter: AuditFilter): AsyncGenerator<string> {
  for await (const rows of batchesOf(filter)) {
    yield rows.map((row) => `${JSON.stringify(row)}\n`).join("");
  }
}

/** Where the chain ends, and what still waits to be appended to it. */
export async function auditTail(): Promise<ResponseOf<"auditTail">> {
  const { tail, waiting } = await chainState();
  return { position: tail.position, chain_sha256: tail.chain_sha256, unsequenced: waiting,
    sequenced_at: tail.sequenced_at?.toISOString() ?? null };
}

const WORDS: Record<ChainDefect, string> = {
  POSITION_MISSING: "There is no link at this position: it was removed, or others were put before it.",
  LINK_CHANGED: "The link's hash does not follow from the links before it: the link was changed, " +
    "moved or made by hand.",
  EVENT_MISSING: "The event of this link is gone.",
  EVENT_CHANGED: "The event's content no longer has the hash with which it was linked.",
  EVENT_HASH_CHANGED: "The hash that the event carries is not the one with which it was linked.",
  EVENT_WITHOUT_HASH: "The event carries no hash, while older ones do: the product did not write it.",
  HEAD_CHANGED: "The chain was seen with another hash at this position: it was computed anew from " +
    "somewhere before.",
  CHAIN_TRUNCATED: "The chain was seen to go on from here: its last links were removed.",
};

type Verification = ResponseOf<"verifyAudit">;

/** Recomputes the whole chain from the events as they are stored, and says what fits no longer. */
export async function verifyAudit(context: Context): Promise<Verification> {
  const result = await checkAuditChain();
  await writeAudit(context, { type: "audit.verified",
    after: result as unknown as Prisma.InputJsonObject });
  return result;
}

/** As `verifyAudit`, as part of something else: without an event of its own. */
export function checkAuditChain(): Promise<Verification> {
  const running = processState("audit-verification",
    () => ({ current: null as Promise<Verification> | null }));
  // Reading everything twice at the same time would tell nobody more.
  running.current ??= verifyChain().finally(() => { running.current = null; });
  return running.current;
}

async function verifyChain(): Promise<Verification> {
  const verifier = new ChainVerifier(knownHeads());
  let bad: ChainProblem | null = null;
  for await (const batch of readChain()) {
    for (const { link, event } of batch) bad ??= verifier.check(link, event);
    if (bad) break;
  }
  bad ??= verifier.end();
  const tail = await auditTail();
  return {
    ok: bad === null,
    checked: verifier.checked,
    tail: { position: tail.position, chain_sha256: tail.chain_sha256,
      unsequenced: await countUnsequenced() },
    first_bad: bad && { position: bad.position, audit_event_id: bad.audit_event_id,
      reason: WORDS[bad.reason] },
  };
}
