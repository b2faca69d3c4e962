import { z } from "zod";
import { etag, timestamp, uuid } from "./common";
import { operation } from "./operation";
import { RETENTION_MODES } from "./facts";


const keepNewest = z.number().int().min(1).max(10_000).nullable();
const keepMonths = z.number().int().min(1).max(1200).nullable();

export const retentionSchema = z.object({
  dataset_id: uuid,
  mode: z.enum(RETENTION_MODES).meta({ description:
    "`propose` records what would be erased, `erase` erases it; `off` is the default." }),
  keep_newest: keepNewest.meta({ description: "How many of the newest sealed versions stay." }),
  keep_months: keepMonths.meta({ description: "How many months a version stays, from its import." }),
  changed_at: timestamp.nullable(),
  changed_by: z.string().nullable(),
  etag,
}).meta({ id: "Retention" });

const asked = (most: number) => z.coerce.number().int().min(1).max(most).optional();

export const retentionOperations = {
  getRetention: operation({
    method: "GET", path: "/datasets/{id}/retention", tag: "Datasets", role: "READ",
    tagged: "shows", summary: "How long a dataset's versions are kept.",
    response: retentionSchema, errors: ["DATASET_NOT_FOUND"],
  }),
  updateRetention: operation({
    method: "PATCH", path: "/datasets/{id}/retention", tag: "Datasets", role: "ADMIN",
    tagged: "edits",
    summary: "Changes how long versions are kept. A version stays while one of the two limits " +
      "keeps it; the newest sealed one always stays, and so does one under a legal hold.",
    body: z.strictObject({
      mode: z.enum(RETENTION_MODES).optional(),
      keep_newest: keepNewest.optional(), keep_months: keepMonths.optional(),
    }),
    response: retentionSchema, errors: ["REQUEST_BODY_INVALID", "DATASET_NOT_FOUND"],
  }),
  previewRetention: operation({
    method: "GET", path: "/datasets/{id}/retention/preview", tag: "Datasets", role: "READ",
    summary: "What is beyond the dataset's rule now, or beyond the limits given here.",
    query: z.strictObject({ keep_newest: asked(10_000), keep_months: asked(1200) }),
    response: z.object({
      rule: z.string().nullable().meta({ description: "In words; null where nothing is limited." }),
      kept: z.number().int(),
      items: z.array(z.object({
        dataset_version_id: uuid, number: z.number().int(), status: z.string(),
        as_of: z.string().nullable(), created_at: timestamp, runs: z.number().int(),
        is_held: z.boolean().meta({ description: "A legal hold keeps it." }),
      })).meta({ description: "The oldest first, 1000 at most." }),
    }),
    errors: ["PARAMETERS_INVALID", "DATASET_NOT_FOUND"],
  }),
};
