import { z } from "zod";
import { seenText, timestamp, uuid } from "./common";
import { SIGN_OFF_NOTE_LIMIT, SIGN_OFF_STATES, SIGN_OFF_STEPS } from "./facts";
import { operation } from "./operation";

export const signOffSchema = z.object({
  state: z.enum(SIGN_OFF_STATES).meta({
    description: "The last step; `none` before the first. `approved` is signed off." }),
  steps: z.array(z.object({
    number: z.number().int(),
    step: z.enum(SIGN_OFF_STEPS),
    note: z.string().nullable(),
    signed_by: z.string(),
    signed_at: timestamp,
  })).meta({ description: "In their order; a step is never changed or taken back." }),
}).meta({ id: "SignOff" });

export const signOffOperations = {
  getSignOff: operation({
    method: "GET", path: "/runs/{id}/sign-off", tag: "Runs", role: "READ",
    summary: "How far a run is signed off, and by whom.",
    response: signOffSchema.extend({ run_id: uuid }),
    errors: ["RUN_NOT_FOUND", "DATASET_VERSION_ERASED"],
  }),
  getRunNarrative: operation({
    method: "GET", path: "/runs/{id}/narrative", tag: "Runs", role: "READ",
    summary: "What a run says, in sentences made of its figures alone.",
    response: z.object({
      run_id: uuid,
      previous_run_id: uuid.nullable().meta({ description: "The run of the dataset before it, " +
        "by the same netting, with which the last sentence compares." }),
      sentences: z.array(z.object({ about: z.string(), text: z.string(),
        evidence_id: uuid.nullable() })),
    }),
    errors: ["RUN_NOT_FOUND", "DATASET_VERSION_ERASED", "CALCULATION_UNAVAILABLE",
      "SCALE_OUT_UNAVAILABLE"],
  }),
  signOffRun: operation({
    method: "POST", path: "/runs/{id}/sign-off", tag: "Runs", role: "EXECUTE", orRole: "APPROVE",
    status: 201, creates: true,
    summary: "Signs the next step of a run: `prepared` takes EXECUTE; `reviewed`, `approved` and " +
      "`returned` take APPROVE. Each of the three is another person's. A return needs a note " +
      "that says why, and begins anew.",
    body: z.strictObject({
      step: z.enum(SIGN_OFF_STEPS),
      note: seenText(SIGN_OFF_NOTE_LIMIT).optional(),
    }).refine(({ step, note }) => step !== "returned" || note !== undefined,
      { path: ["note"], message: "A return needs a note that says why." }),
    response: signOffSchema.extend({ run_id: uuid }),
    errors: ["REQUEST_BODY_INVALID", "RUN_NOT_FOUND", "FORBIDDEN", "SECOND_PERSON_REQUIRED",
      "SIGN_OFF_STATE_CONFLICT", "DATASET_VERSION_ERASED"],
  }),
};
