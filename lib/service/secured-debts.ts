import type { NormalizedRecord } from "@/lib/kernel/record";
import {
  debtColumns, securedDebts, Shortfalls, type SecuredDebt, type SecuredDebts,
} from "@/lib/risk";
import { cursorBatches, inSnapshot } from "./db/cursor";
import { processState } from "./process-state";

/** Debts that are kept in memory, 16 bytes each; the version used longest ago leaves first. */
const CAPACITY = 8_000_000;
const BATCH = 20_000;

type Known = Map<string, Promise<Shortfalls>>;
const cache = () => processState("secured-debts", (): { known: Known; sizes: Map<string, number> } =>
  ({ known: new Map(), sizes: new Map() }));

/** A sealed version's debts, ready for any market. Sealed content never changes: it is cached. */
export async function shortfallsOf(versionId: string): Promise<Shortfalls> {
  const { known, sizes } = cache();
  const found = known.get(versionId);
  known.delete(versionId);
  const loading = found ?? load(versionId);
  known.set(versionId, loading);
  try {
    const shortfalls = await loading;
    sizes.set(versionId, shortfalls.debts.outstanding.length);
    makeRoom();
    return shortfalls;
  } catch (error) {
    if (known.get(versionId) === loading) known.delete(versionId);
    throw error;
  }
}

/** Drops a version's debts after its erasure. */
export const forgetDebts = (versionId: string): void => {
  cache().known.delete(versionId);
  cache().sizes.delete(versionId);
};

function makeRoom(): void {
  const { known, sizes } = cache();
  for (const id of sizes.keys()) if (!known.has(id)) sizes.delete(id);
  let total = [...sizes.values()].reduce((sum, size) => sum + size, 0);
  for (const id of known.keys()) {
    if (total <= CAPACITY || known.size === 1) return;
    total -= sizes.get(id) ?? 0;
    forgetDebts(id);
  }
}

type Row = { kind: string; outstanding: string; collateral: string; payload: unknown };

/** Portfolios hold their debts in the payload; an instrument's are columns of the table. */
const QUERY = `SELECT kind, outstanding_units AS outstanding, collateral_units AS collateral,
    CASE WHEN kind = 'portfolio' THEN payload END AS payload
  FROM normalized_record
  WHERE dataset_version_id = $1 AND (kind = 'portfolio' OR kind = 'instrument')`;

const load = (versionId: string): Promise<Shortfalls> => inSnapshot(async (client) => {
  const parts: SecuredDebts[] = [];
  for await (const rows of cursorBatches<Row>(client, BATCH, QUERY, [versionId])) {
    parts.push(debtColumns(rows.flatMap(debtsOf)));
  }
  return new Shortfalls({ outstanding: joined(parts.map((part) => part.outstanding)),
    collateral: joined(parts.map((part) => part.collateral)) });
});

function debtsOf(row: Row): SecuredDebt[] {
  if (row.kind === "portfolio") return securedDebts(row.payload as NormalizedRecord);
  return [{ outstanding: Number(row.outstanding), collateral: Number(row.collateral) }];
}

function joined(parts: readonly Float64Array[]): Float64Array {
  const whole = new Float64Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}
