import type { SignOffState, SignOffStep } from "@/lib/contract/facts";
import type { ResponseOf } from "@/lib/contract/operations";
import type { RunSignOffStep } from "../db/database";

/** The last step signed, which says how far a run is. */
export const signOffState = (rows: readonly Pick<RunSignOffStep, "step">[]): SignOffState =>
  (rows.at(-1)?.step ?? "none") as SignOffState;

/** Steps in their order, as the contract gives them. */
export const signOffOf = (
  rows: readonly RunSignOffStep[],
): ResponseOf<"getRun">["sign_off"] => ({
  state: signOffState(rows),
  steps: rows.map((row) => ({ number: row.number, step: row.step as SignOffStep, note: row.note,
    signed_by: row.signedBy, signed_at: row.signedAt.toISOString() })),
});
