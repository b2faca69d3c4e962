import { z } from "zod";
import { NETTINGS } from "@/lib/risk";
import { day, listOf, timestamp, uuid } from "./common";
import { exposureSchema } from "./dataset";
import { operation } from "./operation";
import { parametersSchema, stressSchema } from "./run";

const entrySchema = z.object({
  version: z.string(),
  released: day.meta({ description: "From this day on runs were computed by it." }),
  current: z.boolean().meta({ description: "Whether new runs are computed by it." }),
  summary: z.string(),
  changes: z.array(z.string()),
}).meta({ id: "EngineVersion" });

const checkSchema = z.object({
  id: z.string(),
  kind: z.enum(["check_value", "property", "golden"]),
  section: z.number().int().meta({ description: "Section of the model." }),
  title: z.string(),
  expected: z.string(),
  computed: z.string(),
  ok: z.boolean(),
}).meta({ id: "ModelCheck" });

const goldenSchema = z.object({
  id: z.string(), title: z.string(), records: z.array(z.unknown()), parameters: z.unknown(),
  outputs: z.object({ portfolio: z.unknown(), instrument: z.unknown() }),
  sha256: z.object({ portfolio: z.string(), instrument: z.string() })
    .meta({ description: "Of the outputs' RFC 8785 form." }),
});

const goldenAnalysisSchema = z.object({
  id: z.string(), title: z.string(), section: z.number().int(), output: z.unknown(),
  sha256: z.string().meta({ description: "Of the output's RFC 8785 form." }),
});

const rerunRecordSchema = z.object({
  record: z.enum(["evidence", "finding"]),
  id: uuid,
  kind: z.enum(["debt_exposure", "stress_test"]),
  scenario_id: z.string().nullable(),
  sha256: z.string().meta({ description: "Of what was computed now." }),
  stored_sha256: z.string().nullable().meta({ description: "Null where no run recorded it." }),
  equal: z.boolean().nullable().meta({
    description: "Whether the stored payload has the same bytes; null where none is stored." }),
  differences: z.array(z.object({
    member: z.string(), stored: z.unknown(), computed: z.unknown(),
  })),
});

const uuidText = z.string().regex(
  /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i, "a UUID");

const rerunBody = z.strictObject({
  run_id: uuidText.optional().meta({ description: "A recorded run: its version and parameters." }),
  dataset_version_id: uuidText.optional().meta({ description: "In place of a run." }),
  parameters: z.record(z.string(), z.unknown()).optional()
    .meta({ description: "As in a run; only beside `dataset_version_id`." }),
}).superRefine((body, context) => {
  const { run_id: run, dataset_version_id: version, parameters } = body;
  if (run === undefined && version === undefined) {
    context.addIssue({ code: "custom", path: ["dataset_version_id"],
      message: "name a run by run_id, or a dataset version" });
  }
  if (run !== undefined && (version !== undefined || parameters !== undefined)) {
    context.addIssue({ code: "custom",
      message: "a run has its own dataset version and parameters: give run_id alone" });
  }
});

export const modelRegisterOperations = {
  listEngineVersions: operation({
    method: "GET", path: "/model-register", tag: "Model register", role: "READ",
    summary: "Every version of the engine, the newest first.",
    response: listOf(entrySchema), errors: [],
  }),
  getEngineVersion: operation({
    method: "GET", path: "/model-register/{version}", tag: "Model register", role: "READ",
    summary: "One version: formulas, golden outputs and what its validation rests on.",
    response: entrySchema.extend({
      formulas: z.array(z.object({
        section: z.number().int(), title: z.string(),
        href: z.string().meta({ description: "Page that explains it, with live inputs." }),
      })),
      golden: z.array(goldenSchema),
      golden_analyses: z.array(goldenAnalysisSchema).meta({
        description: "Of segment shocks and sections 7, 8, 9 and 11; none before 1.1.0." }),
      property_tests: z.array(z.object({ file: z.string(), shows: z.string() })),
    }).meta({ id: "EngineVersionDetail" }),
    errors: ["ENGINE_VERSION_NOT_FOUND"],
  }),
  validateEngineVersion: operation({
    method: "POST", path: "/model-register/{version}/validate", tag: "Model register",
    role: "EXECUTE",
    summary: "Recomputes a version's check values, properties and golden outputs.",
    response: z.object({
      version: z.string(), ok: z.boolean(), checked: z.number().int(), failed: z.number().int(),
      validated_at: timestamp, checks: z.array(checkSchema),
    }),
    errors: ["ENGINE_VERSION_NOT_FOUND"],
  }),
  rerunEngineVersion: operation({
    method: "POST", path: "/model-register/{version}/rerun", tag: "Model register",
    role: "EXECUTE",
    summary: "Computes a run, or parameters on a dataset version, with a version's formulas and " +
      "compares it with the stored evidence byte for byte. Records no run.",
    body: rerunBody,
    memberCodes: [
      { member: "dataset_version_id", required: "DATASET_VERSION_ID_REQUIRED",
        invalid: "DATASET_VERSION_ID_INVALID" },
      { member: "run_id", required: "RUN_ID_REQUIRED", invalid: "RUN_ID_INVALID" },
      { member: "parameters", required: "PARAMETERS_INVALID", invalid: "PARAMETERS_INVALID" },
    ],
    response: z.object({
      version: z.string(),
      compared_version: z.string().meta({
        description: "The version that recorded the evidence of the comparison." }),
      dataset_version_id: uuid, run_id: uuid.nullable(),
      netting: z.enum(NETTINGS), parameters: parametersSchema, base_currency: z.string(),
      ok: z.boolean().meta({ description: "Nothing that is stored differs." }),
      equal: z.number().int(), different: z.number().int(), not_stored: z.number().int(),
      records: z.array(rerunRecordSchema),
      debt_exposure: exposureSchema, stress_tests: z.array(stressSchema),
    }),
    errors: ["CALCULATION_UNAVAILABLE", "SCALE_OUT_UNAVAILABLE", "REQUEST_BODY_INVALID",
      "ENGINE_VERSION_NOT_FOUND", "DATASET_VERSION_ID_REQUIRED",
      "DATASET_VERSION_ID_INVALID", "RUN_ID_REQUIRED", "RUN_ID_INVALID", "PARAMETERS_INVALID",
      "DATASET_VERSION_NOT_FOUND", "RUN_NOT_FOUND", "DATASET_VERSION_ERASED",
      "NORMALIZED_RECORD_REQUIRED"],
  }),
};
