import type { Section } from "./model";

/** How far a run is signed off, as the API gives it. */
export type SignOffDocument = {
  state: string;
  steps: readonly {
    number: number; step: string; note: string | null; signed_by: string; signed_at: string;
  }[];
};

const day = (at: string): string => at.slice(0, 10);

/** One line for a footer: "Not signed off", "Approved 2026-01-31". */
export function signOffStatus({ state, steps }: SignOffDocument): string {
  const last = steps.at(-1);
  if (!last) return "Not signed off";
  const said = `${state} ${day(last.signed_at)}`;
  return state === "approved" ? `Signed off: ${said}` : `Not signed off: ${said}`;
}

/** Who prepared, reviewed and approved, in a sentence. */
export function signOffText({ state, steps }: SignOffDocument): string {
  const last = steps.at(-1);
  if (!last) return "Not signed off: nobody has prepared, reviewed or approved this run.";
  if (state === "returned") {
    return `Not signed off: returned by ${last.signed_by} on ${day(last.signed_at)}` +
      `${last.note === null ? "" : ` ("${last.note}")`}.`;
  }
  const round = steps.slice(steps.findLastIndex(({ step }) => step === "returned") + 1);
  const said = round.map((each) =>
    `${each.step} by ${each.signed_by} on ${day(each.signed_at)}`).join(", ");
  return `${state === "approved" ? "Signed off" : "Not signed off yet"}: ${said}.`;
}

export const signOffSection = (signOff: SignOffDocument): Section => ({
  title: "Sign-off",
  paragraphs: [signOffText(signOff), "Prepared, reviewed and approved by different people; a " +
    "return begins anew. Steps are never changed, and each is an event of the audit log."],
  table: {
    columns: [{ key: "number", label: "No.", type: "count" },
      { key: "step", label: "Step", type: "text", weight: 0.6 },
      { key: "by", label: "By", type: "text" }, { key: "at", label: "At", type: "text" },
      { key: "note", label: "Note", type: "text", weight: 2 }],
    rows: signOff.steps.map(({ number, step, note, signed_by: by, signed_at: at }) =>
      [number, step, by, at, note]),
  },
});
