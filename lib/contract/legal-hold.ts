import { z } from "zod";
import { listOf, pageQuery, seenText, timestamp, uuid } from "./common";
import { operation } from "./operation";

const text = seenText;

export const legalHoldSchema = z.object({
  legal_hold_id: uuid,
  dataset_version_id: uuid,
  reason: z.string(),
  owner: z.string().meta({ description: "Who answers for the hold: a person, a department, a case." }),
  created_at: timestamp,
  created_by: z.string(),
  released_at: timestamp.nullable(),
  released_by: z.string().nullable(),
  release_reason: z.string().nullable(),
}).meta({ id: "LegalHold" });

export const legalHoldOperations = {
  listLegalHolds: operation({
    method: "GET", path: "/dataset-versions/{id}/legal-holds", tag: "Datasets", role: "READ",
    summary: "Legal holds of a version, newest first, released ones too.",
    query: z.strictObject(pageQuery),
    response: listOf(legalHoldSchema),
    errors: ["PARAMETERS_INVALID", "DATASET_VERSION_NOT_FOUND"],
  }),
  createLegalHold: operation({
    method: "POST", path: "/dataset-versions/{id}/legal-holds", tag: "Datasets", role: "ADMIN",
    status: 201, creates: true,
    summary: "Places a legal hold: the version cannot be erased until every hold is released.",
    body: z.strictObject({ reason: text(1000), owner: text(200) }),
    response: legalHoldSchema,
    errors: ["REQUEST_BODY_INVALID", "DATASET_VERSION_NOT_FOUND", "DATASET_VERSION_ERASED"],
  }),
  releaseLegalHold: operation({
    method: "POST", path: "/legal-holds/{id}/release", tag: "Datasets", role: "ADMIN",
    summary: "Releases a legal hold, with a reason.",
    body: z.strictObject({ reason: text(1000) }),
    response: legalHoldSchema,
    errors: ["REQUEST_BODY_INVALID", "LEGAL_HOLD_NOT_FOUND", "LEGAL_HOLD_RELEASED"],
  }),
};
