import { z } from "zod";
import { DESCRIPTION_LIMIT, SCENARIO_ID_LIMIT } from "@/lib/risk";
import { etag, listOf, optionalFlag, pageQuery, seenText, timestamp, uuid } from "./common";
import { operation } from "./operation";
import { scenarioSchema } from "./run";
import { SCENARIO_STATES, SCENARIO_FILE, SCENARIO_FILE_LIMIT, SCENARIO_NAME_LIMIT, SCENARIO_NOTE_LIMIT, SCENARIO_TAG_LIMIT } from "./facts";





const shockMembers = {
  interest_rate_delta_pct: z.number().optional()
    .meta({ description: "Points added to the rate; 0 when absent." }),
  collateral_market_impact_pct: z.number().optional()
    .meta({ description: "Fraction, -0.25 for -25 %; 0 when absent." }),
  recovery_degradation_pct: z.number().optional().meta({ description: "Fraction; 0 when absent." }),
  default_risk_increment_pct: z.number().optional()
    .meta({ description: "Fraction of outstanding; 0 when absent." }),
};

const contentMembers = {
  name: seenText(SCENARIO_NAME_LIMIT),
  description: z.string().max(DESCRIPTION_LIMIT).default("")
    .meta({ description: "Goes into the run and its evidence." }),
  ...shockMembers,
  // Bounds and dimensions are judged by the calculation library, as of a run's parameters.
  segment_shocks: z.array(z.record(z.string(), z.unknown())).optional()
    .meta({ description: "Shocks of single segments, as in a run's `stress_scenarios`." }),
  tags: z.array(seenText(40)).max(SCENARIO_TAG_LIMIT).default([]),
  note: z.string().max(SCENARIO_NOTE_LIMIT).default("")
    .meta({ description: "Where it comes from and what it leaves out; stays in the library." }),
};
const scenarioId = z.string().min(1).max(SCENARIO_ID_LIMIT)
  .regex(/^[A-Za-z0-9._-]+$/, "letters A-Z a-z, digits, . _ and -")
  .meta({ description: "What runs and evidence name it by; the library has each once." });

export const scenarioContentSchema = z.strictObject(contentMembers);
export type ScenarioContentInput = z.output<typeof scenarioContentSchema>;

const decisionSchema = z.object({
  state: z.enum(SCENARIO_STATES), reason: z.string().nullable(),
  by: z.string(), at: timestamp,
});

export const scenarioVersionSchema = z.object({
  number: z.number().int(),
  name: z.string(),
  scenario: scenarioSchema
    .meta({ description: "As a run takes it, in canonical form." }),
  tags: z.array(z.string()),
  note: z.string(),
  author: z.string(),
  created_at: timestamp,
  state: z.enum(SCENARIO_STATES),
  decisions: z.array(decisionSchema).meta({ description: "In the order in which they were made." }),
}).meta({ id: "ScenarioVersion" });

export const libraryScenarioSchema = z.object({
  library_scenario_id: uuid,
  scenario_id: z.string(),
  latest: scenarioVersionSchema,
  approved_version: z.number().int().nullable(),
  created_at: timestamp,
  created_by: z.string(),
  updated_at: timestamp,
  archived_at: timestamp.nullable(),
  archived_by: z.string().nullable(),
  etag,
}).meta({ id: "LibraryScenario" });

export const scenarioTemplateSchema = z.object({
  template_id: z.string(),
  name: z.string(),
  scenario: scenarioSchema,
  tags: z.array(z.string()),
  origin: z.string().meta({ description: "What the sizes were chosen by." }),
  limits: z.string().meta({ description: "What it does not say." }),
}).meta({ id: "ScenarioTemplate" });

/** Of the members that a file may carry for its readers, an import takes none. */
const fileEntry = z.strictObject({
  scenario_id: scenarioId, ...contentMembers,
  version: z.number().int().optional(), state: z.string().optional(),
  author: z.string().optional(),
}).meta({ id: "ScenarioFileEntry" });

export const scenarioFileSchema = z.strictObject({
  format: z.literal(SCENARIO_FILE.format),
  format_version: z.literal(SCENARIO_FILE.format_version),
  scenarios: z.array(fileEntry).min(1).max(SCENARIO_FILE_LIMIT),
}).meta({ id: "ScenarioFile" });

export const IMPORT_ACTIONS = ["create", "new_version", "unchanged", "refused"] as const;
const importResultSchema = z.object({
  dry_run: z.boolean(),
  items: z.array(z.object({
    scenario_id: z.string(),
    name: z.string(),
    action: z.enum(IMPORT_ACTIONS).meta({ description:
      "`refused` only in a dry run: the library has another scenario of this id." }),
    library_scenario_id: uuid.nullable(),
    number: z.number().int().nullable().meta({ description: "The version that it is or would be." }),
    differences: z.array(z.string())
      .meta({ description: "Members in which it differs from the library's latest version." }),
  })),
}).meta({ id: "ScenarioImport" });

const reason = seenText(1000);
const optionalReason = z.strictObject({ reason: reason.optional() });
const DECIDES = ["REQUEST_BODY_INVALID", "SCENARIO_NOT_FOUND", "SCENARIO_STATE_CONFLICT"] as const;

export const scenarioOperations = {
  listScenarios: operation({
    method: "GET", path: "/scenarios", tag: "Scenarios", role: "READ",
    summary: "The scenario library, newest first, each with its latest version.",
    query: z.strictObject({ ...pageQuery,
      q: z.string().max(200).optional().meta({ description: "Text in id, name, description." }),
      tag: z.string().max(40).optional(),
      state: z.enum(SCENARIO_STATES).optional().meta({ description: "Of the latest version." }),
      archived: optionalFlag.meta({ description: "true: archived ones only; else none of them." }),
    }),
    response: listOf(libraryScenarioSchema), errors: ["PARAMETERS_INVALID"],
  }),
  createScenario: operation({
    method: "POST", path: "/scenarios", tag: "Scenarios", role: "EXECUTE", status: 201,
    creates: true, tagged: "shows", summary: "A new scenario of the library; version 1, a draft.",
    body: z.strictObject({ scenario_id: scenarioId, ...contentMembers }),
    response: libraryScenarioSchema, errors: ["REQUEST_BODY_INVALID", "SCENARIO_ID_TAKEN"],
  }),
  listScenarioTemplates: operation({
    method: "GET", path: "/scenarios/templates", tag: "Scenarios", role: "READ",
    summary: "Built-in scenarios to clone, with origin and limits. None is a forecast.",
    response: z.object({ items: z.array(scenarioTemplateSchema) }), errors: [],
  }),
  exportScenarios: operation({
    method: "GET", path: "/scenarios/export", tag: "Scenarios", role: "READ",
    summary: "Latest versions as a file that `POST /scenarios/import` takes.",
    query: z.strictObject({ ids: z.string().max(10_000).optional().meta({ description:
      "Comma-separated `library_scenario_id`; without it, all that are not archived." }) }),
    response: scenarioFileSchema, errors: ["PARAMETERS_INVALID", "SCENARIO_NOT_FOUND"],
  }),
  importScenarios: operation({
    method: "POST", path: "/scenarios/import", tag: "Scenarios", role: "EXECUTE", creates: true,
    maxBodyBytes: 4 * 1024 ** 2,
    summary: "Takes all scenarios of a file into the library as drafts, or none of them.",
    query: z.strictObject({
      dry_run: optionalFlag.meta({ description: "true: says what would happen." }),
      existing: z.enum(["refuse", "new_version"]).default("refuse").meta({ description:
        "What to do with an id that the library has with other content. Equal ones are left." }),
    }),
    body: scenarioFileSchema, response: importResultSchema,
    errors: ["PARAMETERS_INVALID", "REQUEST_BODY_INVALID", "SCENARIO_ID_TAKEN"],
  }),
  getScenario: operation({
    method: "GET", path: "/scenarios/{id}", tag: "Scenarios", role: "READ", tagged: "shows",
    summary: "One scenario of the library with its latest version.",
    response: libraryScenarioSchema, errors: ["SCENARIO_NOT_FOUND"],
  }),
  updateScenario: operation({
    method: "PATCH", path: "/scenarios/{id}", tag: "Scenarios", role: "EXECUTE", tagged: "edits",
    summary: "Archives a scenario, which takes it out of lists, or brings it back.",
    body: z.strictObject({ archived: z.boolean() }), response: libraryScenarioSchema,
    errors: ["REQUEST_BODY_INVALID", "SCENARIO_NOT_FOUND"],
  }),
  listScenarioVersions: operation({
    method: "GET", path: "/scenarios/{id}/versions", tag: "Scenarios", role: "READ",
    summary: "Versions of a scenario, newest first, with what was decided on each.",
    query: z.strictObject(pageQuery), response: listOf(scenarioVersionSchema),
    errors: ["PARAMETERS_INVALID", "SCENARIO_NOT_FOUND"],
  }),
  createScenarioVersion: operation({
    method: "POST", path: "/scenarios/{id}/versions", tag: "Scenarios", role: "EXECUTE",
    status: 201, creates: true, tagged: "edits",
    summary: "The next version, a draft; an approved one stays approved until this one is.",
    body: scenarioContentSchema, response: libraryScenarioSchema,
    errors: ["REQUEST_BODY_INVALID", "SCENARIO_NOT_FOUND", "SCENARIO_STATE_CONFLICT"],
  }),
  cloneScenario: operation({
    method: "POST", path: "/scenarios/{id}/clone", tag: "Scenarios", role: "EXECUTE",
    status: 201, creates: true, tagged: "shows",
    summary: "A copy of a scenario's latest version, or of a template, under another id.",
    body: z.strictObject({ scenario_id: scenarioId, name: contentMembers.name.optional() }),
    response: libraryScenarioSchema,
    errors: ["REQUEST_BODY_INVALID", "SCENARIO_NOT_FOUND", "SCENARIO_ID_TAKEN"],
  }),
  submitScenario: operation({
    method: "POST", path: "/scenarios/{id}/submit", tag: "Scenarios", role: "EXECUTE",
    tagged: "edits", summary: "Asks for approval of the latest version, a draft.",
    body: optionalReason, response: libraryScenarioSchema, errors: DECIDES,
  }),
  approveScenario: operation({
    method: "POST", path: "/scenarios/{id}/approve", tag: "Scenarios", role: "APPROVE",
    tagged: "edits",
    summary: "Approves the submitted version; not for its author. One approved before is retired.",
    body: optionalReason, response: libraryScenarioSchema,
    errors: [...DECIDES, "SECOND_PERSON_REQUIRED"],
  }),
  rejectScenario: operation({
    method: "POST", path: "/scenarios/{id}/reject", tag: "Scenarios", role: "APPROVE",
    tagged: "edits", summary: "Rejects the submitted version, with a reason.",
    body: z.strictObject({ reason }), response: libraryScenarioSchema, errors: DECIDES,
  }),
  retireScenario: operation({
    method: "POST", path: "/scenarios/{id}/retire", tag: "Scenarios", role: "APPROVE",
    tagged: "edits", summary: "Ends the approval of the approved version, with a reason.",
    body: z.strictObject({ reason }), response: libraryScenarioSchema, errors: DECIDES,
  }),
};
