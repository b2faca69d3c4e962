import { SIGN_OFF_AFTER, type SignOffState, type SignOffStep } from "@/lib/contract/facts";
import type { BodyOf, ResponseOf } from "@/lib/contract/operations";
import { allows } from "@/lib/contract/roles";
import { newId } from "@/lib/kernel/ids";
import { AppError } from "../platform/app-error";
import { recordAudit } from "../audit/audit";
import type { Context } from "../platform/caller";
import { prisma, type Prisma, type RunSignOffStep } from "../db/database";
import { personBehind } from "../access/person";
import { findRun } from "./runs";
import { signOffOf, signOffState } from "./sign-off-form";

type SignOff = ResponseOf<"getSignOff">;

const stepsOf = (client: Prisma.TransactionClient, runId: string): Promise<RunSignOffStep[]> =>
  client.runSignOffStep.findMany({ where: { runId }, orderBy: { number: "asc" } });

/** How far a run is signed off. @throws AppError RUN_NOT_FOUND, DATASET_VERSION_ERASED */
export async function getSignOff(id: string): Promise<SignOff> {
  const run = await findRun(id);
  return { run_id: run.id, ...signOffOf(await stepsOf(prisma(), run.id)) };
}

const conflict = (message: string): AppError =>
  new AppError("SIGN_OFF_STATE_CONFLICT", { message });

const DONE: Record<SignOffState, string> = { none: "not signed by anybody", prepared: "prepared",
  reviewed: "reviewed", approved: "approved", returned: "returned" };

/** The steps since the run was last returned: what counts for who may sign next. */
function currentRound(rows: readonly RunSignOffStep[]): readonly RunSignOffStep[] {
  return rows.slice(rows.findLastIndex(({ step }) => step === "returned") + 1);
}

/** @throws AppError SIGN_OFF_STATE_CONFLICT, SECOND_PERSON_REQUIRED */
function judgeStep(step: SignOffStep, rows: readonly RunSignOffStep[], person: string): void {
  const state = signOffState(rows);
  const next = SIGN_OFF_AFTER[state];
  if (!next.includes(step)) {
    throw conflict(`The run is ${DONE[state]}; what can be signed next is ${next.join(" or ")}.`);
  }
  const own = step === "returned" ? undefined
    : currentRound(rows).find((row) => row.person === person);
  if (own) {
    throw new AppError("SECOND_PERSON_REQUIRED", { message: `Who ${own.step} a run cannot be the ` +
      `one who ${step} it: another person must.` });
  }
}

/**
 * Signs the next step of a run. Two who sign at once meet at the step's number: one wins.
 * @throws AppError FORBIDDEN, SECOND_PERSON_REQUIRED, SIGN_OFF_STATE_CONFLICT, RUN_NOT_FOUND
 */
export async function signOffRun(
  context: Context, id: string, { step, note }: BodyOf<"signOffRun">,
): Promise<SignOff> {
  const needed = step === "prepared" ? "EXECUTE" : "APPROVE";
  if (!allows(context.caller.roles, needed)) {
    throw new AppError("FORBIDDEN", { message: `To say that a run is ${step} takes ${needed}.` });
  }
  const run = await findRun(id);
  try {
    return await prisma().$transaction(async (transaction) => {
      const rows = await stepsOf(transaction, run.id);
      const person = await personBehind(transaction, context.caller);
      judgeStep(step, rows, person);
      const row = await transaction.runSignOffStep.create({ data: { id: newId(), runId: run.id,
        number: rows.length + 1, step, note: note ?? null,
        signedBy: context.caller.name, person } });
      await transaction.runSignOff.upsert({ where: { runId: run.id },
        create: { runId: run.id, state: step }, update: { state: step } });
      await recordAudit(transaction, context, { type: "run.signed_off", subjectId: run.id,
        datasetVersionId: run.datasetVersionId, ...(note === undefined ? {} : { reason: note }),
        before: { state: signOffState(rows) },
        after: { state: step, number: row.number, signed_at: row.signedAt.toISOString(),
          person } });
      return { run_id: run.id, ...signOffOf([...rows, row]) };
    });
  } catch (error) {
    if ((error as { code?: string }).code !== "P2002") throw error;
    throw conflict("Somebody else signed this run at the same moment: look at it again.");
  }
}
