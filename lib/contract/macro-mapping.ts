import { z } from "zod";
import { SHOCK_NAMES } from "@/lib/risk";
import { etag, listOf, pageQuery, seenText, timestamp, uuid } from "./common";
import { operation } from "./operation";

const variableId = seenText(60)
  .regex(/^[A-Za-z0-9._-]+$/, "letters A-Z a-z, digits, . _ and -");
const shock = z.enum(SHOCK_NAMES);
const range = z.strictObject({ low: z.number(), high: z.number() });

const contentMembers = {
  variables: z.array(z.strictObject({
    id: variableId, name: seenText(100), unit: z.string().trim().max(30),
  })).max(50),
  coefficients: z.array(z.strictObject({
    shock, variable: z.string(), coefficient: z.number().min(-1e6).max(1e6)
      .meta({ description: "Change of the shock, in its own unit, per unit of the variable." }),
  })).max(200),
  bounds: z.partialRecord(shock, range).default({})
    .meta({ description: "What a shock is cut to; without it, what every shock is bounded by." }),
  note: seenText(2000)
    .meta({ description: "Who says so, and on what ground. Nothing here is estimated." }),
};
const name = seenText(200);

export const macroMappingSchema = z.object({
  macro_mapping_id: uuid,
  dataset_id: uuid.nullable().meta({ description: "null: for every dataset." }),
  name: z.string(),
  ...contentMembers,
  bounds: z.partialRecord(shock, range),
  created_at: timestamp,
  created_by: z.string(),
  updated_at: timestamp,
  updated_by: z.string(),
  etag,
}).meta({ id: "MacroMapping" });

export const macroMappingOperations = {
  listMacroMappings: operation({
    method: "GET", path: "/macro-mappings", tag: "Scenarios", role: "READ",
    summary: "Mappings from macro variables to shocks, newest first.",
    query: z.strictObject({ ...pageQuery, dataset_id: z.string().optional()
      .meta({ description: "Those of this dataset and those for every dataset." }) }),
    response: listOf(macroMappingSchema), errors: ["PARAMETERS_INVALID", "DATASET_NOT_FOUND"],
  }),
  createMacroMapping: operation({
    method: "POST", path: "/macro-mappings", tag: "Scenarios", role: "EXECUTE", status: 201,
    creates: true, tagged: "shows",
    summary: "A mapping that its author answers for: shock = sum of coefficient x change.",
    body: z.strictObject({ dataset_id: z.string().nullable().optional(), name, ...contentMembers }),
    response: macroMappingSchema, errors: ["REQUEST_BODY_INVALID", "DATASET_NOT_FOUND"],
  }),
  getMacroMapping: operation({
    method: "GET", path: "/macro-mappings/{id}", tag: "Scenarios", role: "READ", tagged: "shows",
    summary: "One mapping.", response: macroMappingSchema, errors: ["MACRO_MAPPING_NOT_FOUND"],
  }),
  updateMacroMapping: operation({
    method: "PATCH", path: "/macro-mappings/{id}", tag: "Scenarios", role: "EXECUTE",
    tagged: "edits", summary: "Changes a mapping; scenarios made with it stay what they are.",
    body: z.strictObject({ name, ...contentMembers }).partial(), response: macroMappingSchema,
    errors: ["REQUEST_BODY_INVALID", "MACRO_MAPPING_NOT_FOUND"],
  }),
  deleteMacroMapping: operation({
    method: "DELETE", path: "/macro-mappings/{id}", tag: "Scenarios", role: "EXECUTE",
    summary: "Removes a mapping; scenarios made with it stay what they are.",
    response: macroMappingSchema, errors: ["MACRO_MAPPING_NOT_FOUND"],
  }),
};
