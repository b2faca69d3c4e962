import { z } from "zod";
import { etag, listOf, pageQuery, seenText, timestamp, uuid } from "./common";
import { operation } from "./operation";

/** How one field gets its value, where it is more than a column's name. */
const ruleSchema = z.object({
  column: z.string().optional(),
  sum: z.array(z.string()).optional().meta({ description: "Columns that are added up." }),
  scale: z.number().optional().meta({ description: "Multiplies the number." }),
  negate: z.boolean().optional(),
  first: z.number().int().optional()
    .meta({ description: "How many of a text's first characters count." }),
  map: z.record(z.string(), z.union([z.string(), z.number(), z.null()])).optional()
    .meta({ description: "Text in the file -> value; null is not given." }),
  sector_scheme: z.enum(["nace", "naics"]).optional()
    .meta({ description: "Of `sector`: the column holds industry codes of this scheme." }),
  constant: z.union([z.string(), z.number()]).optional(),
}).meta({ id: "MappingRule" });

export const mappingSchema = z.record(z.string(), z.union([z.string(), ruleSchema]))
  .meta({ id: "Mapping", description: "Canonical field -> column or rule." });
export type MappingRules = z.infer<typeof mappingSchema>;

export const mappingProfileSchema = z.object({
  mapping_profile_id: uuid,
  dataset_id: uuid,
  name: z.string(),
  mapping: mappingSchema,
  columns: z.array(z.string()).meta({ description: "Columns that a file needs for it." }),
  locale: z.string().nullable(),
  created_at: timestamp,
  created_by: z.string(),
  updated_at: timestamp,
  updated_by: z.string(),
  etag,
}).meta({ id: "MappingProfile" });

/** A profile that every dataset has, and the mapping that a file's columns get by it. */
export const builtInProfileSchema = z.object({
  profile: z.string().meta({ description: "What `?profile=` of an import takes." }),
  name: z.string(), description: z.string(), mapping: mappingSchema,
}).meta({ id: "BuiltInProfile" });

const name = seenText(200);
// What is wrong with a rule is said member by member by the room that reads mappings.
const mapping = z.record(z.string(), z.unknown())
  .refine((value) => JSON.stringify(value).length <= 100_000, "at most 100,000 characters")
  .meta({ description: "Canonical field -> column or rule, as in `?mapping=`." });
const locale = z.string().max(20).nullable();

export const mappingProfileOperations = {
  listMappingProfiles: operation({
    method: "GET", path: "/datasets/{id}/mapping-profiles", tag: "Datasets", role: "READ",
    summary: "Mappings saved for a dataset's tapes, newest first.",
    query: z.strictObject(pageQuery), response: listOf(mappingProfileSchema),
    errors: ["PARAMETERS_INVALID", "DATASET_NOT_FOUND"],
  }),
  createMappingProfile: operation({
    method: "POST", path: "/datasets/{id}/mapping-profiles", tag: "Datasets", role: "INGEST",
    status: 201, creates: true, tagged: "shows",
    summary: "Saves a mapping under a name that the dataset does not have yet.",
    body: z.strictObject({ name, mapping, locale: locale.optional() }),
    response: mappingProfileSchema,
    errors: ["REQUEST_BODY_INVALID", "DATASET_NOT_FOUND", "MAPPING_PROFILE_NAME_TAKEN"],
  }),
  getMappingProfile: operation({
    method: "GET", path: "/mapping-profiles/{id}", tag: "Datasets", role: "READ", tagged: "shows",
    summary: "One saved mapping.", response: mappingProfileSchema,
    errors: ["MAPPING_PROFILE_NOT_FOUND"],
  }),
  updateMappingProfile: operation({
    method: "PATCH", path: "/mapping-profiles/{id}", tag: "Datasets", role: "INGEST",
    tagged: "edits", summary: "Changes a saved mapping; versions that used it stay what they are.",
    body: z.strictObject({
      name: name.optional(), mapping: mapping.optional(), locale: locale.optional(),
    }),
    response: mappingProfileSchema,
    errors: ["REQUEST_BODY_INVALID", "MAPPING_PROFILE_NOT_FOUND", "MAPPING_PROFILE_NAME_TAKEN"],
  }),
  deleteMappingProfile: operation({
    method: "DELETE", path: "/mapping-profiles/{id}", tag: "Datasets", role: "INGEST",
    summary: "Removes a saved mapping; versions that used it stay.",
    response: mappingProfileSchema, errors: ["MAPPING_PROFILE_NOT_FOUND"],
  }),
};
