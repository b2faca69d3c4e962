import { z } from "zod";
import { listOf, pageQuery, seenText, timestamp, uuid } from "./common";
import { operation } from "./operation";
import { COMMENT_LIMIT } from "./facts";


export const commentSchema = z.object({
  comment_id: uuid,
  run_id: uuid,
  finding_id: uuid.nullable().meta({ description: "Null: about the run as a whole." }),
  text: z.string(),
  created_at: timestamp,
  created_by: z.string(),
}).meta({ id: "Comment" });

export const commentOperations = {
  listComments: operation({
    method: "GET", path: "/runs/{id}/comments", tag: "Runs", role: "READ",
    summary: "Comments on a run and its findings, newest first.",
    query: z.strictObject(pageQuery),
    response: listOf(commentSchema),
    errors: ["PARAMETERS_INVALID", "RUN_NOT_FOUND", "DATASET_VERSION_ERASED"],
  }),
  createComment: operation({
    method: "POST", path: "/runs/{id}/comments", tag: "Runs", role: "EXECUTE", orRole: "APPROVE",
    status: 201, creates: true,
    summary: "Says something about a run or one of its findings. It cannot be changed or taken back.",
    body: z.strictObject({
      text: seenText(COMMENT_LIMIT), finding_id: uuid.optional(),
    }),
    response: commentSchema,
    errors: ["REQUEST_BODY_INVALID", "RUN_NOT_FOUND", "FINDING_NOT_FOUND",
      "DATASET_VERSION_ERASED"],
  }),
};
