import type { NormalizedRecord } from "../kernel/record";
import { rowProblem, shorten, type RowProblem } from "./problem";

/** Says of a record that is owed by one of the group's own entities which field says so. */
export type IntercompanyCheck = (record: NormalizedRecord, row: number) => RowProblem | null;

/** A name or identifier as it is compared: without case, and white space counts once. */
const keyOf = (name: string): string =>
  name.normalize("NFC").trim().toLowerCase().replace(/\s+/g, " ");

/**
 * Finds instruments and distressed assets whose obligor, or obligor's group, is one of the own
 * legal entities, by name or identifier. A portfolio names no obligors.
 * @param columnOf what the tape calls a field
 */
export function createIntercompanyCheck(
  entities: readonly string[], columnOf: (field: string) => string,
): IntercompanyCheck {
  const own = new Set(entities.map(keyOf));
  return (record, row) => {
    if (record.record_kind === "portfolio") return null;
    for (const field of ["obligor_id", "obligor_group"] as const) {
      const name = record[field];
      if (name === undefined || !own.has(keyOf(name))) continue;
      return rowProblem("INTERCOMPANY_ELIMINATED", row, columnOf(field), name,
        `${field} '${shorten(name, 60)}' is one of the group's own legal entities; `
        + "the row counts in no total");
    }
    return null;
  };
}
