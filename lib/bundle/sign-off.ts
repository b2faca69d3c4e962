import type { Json } from "../kernel/canonical";
import type { BundleEvent } from "./format";

export const SIGN_OFF_EVENT = "run.signed_off";

type Step = { number: number; step: string; by: string; at: string; note: string | null };

/**
 * The steps by which a run was prepared, reviewed, approved or returned, from the audit events
 * that say so; null when they are not those of this run, numbered from 1 on.
 */
export function signOffSteps(events: readonly BundleEvent[], runId: string): Step[] | null {
  const steps = events.filter(({ type }) => type === SIGN_OFF_EVENT).map((event): Step => {
    const after = event.after as { [member: string]: Json } | null;
    return { number: Number(after?.number), step: String(after?.state), by: String(event.actor),
      at: String(after?.signed_at), note: typeof event.reason === "string" ? event.reason : null };
  });
  const areOfRun = events.every(({ type, subject_id: subject }) =>
    type !== SIGN_OFF_EVENT || subject === runId);
  return areOfRun && steps.every(({ number }, at) => number === at + 1) ? steps : null;
}

/** What a README says of a sign-off; a note stands on one line, whatever it holds. */
export const signOffLines = (steps: readonly Step[]): string => steps.length === 0
  ? "Sign-off         not signed off when this was made"
  : steps.map(({ step, by, at, note }, index) => (index === 0 ? "Sign-off         " : " ".repeat(17)) +
    `${step} by ${by} at ${at}${note === null ? "" : `: ${JSON.stringify(note)}`}`).join("\n");

/** What the verifier says of a sign-off, and up to where an archive can prove one. */
export const signOffSays = (steps: readonly Step[]): string => steps.length === 0
  ? "Nobody had signed the run when this was made. Whether anybody did later, only the deployment " +
    "can say."
  : `It was ${steps.map(({ step, by }) => `${step} by ${by}`).join(", ")}. Whether a further step followed ` +
    `that of ${steps.at(-1)?.at}, only the deployment can say.`;
