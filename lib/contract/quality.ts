import { z } from "zod";
import { SLOT_FIELDS } from "@/lib/tape/assemble";
import { BUILT_INS } from "@/lib/tape/rule-set";
import { RULE_FIELDS, RULE_OPS, ruleFault } from "@/lib/tape/rules";
import { TOLERANCE_NAMES } from "@/lib/tape/tolerances";
import { etag, timestamp, uuid } from "./common";
import { operation } from "./operation";
import "./schema-mode";
import { OWN_RULES_LIMIT } from "./facts";

export type { QualityRule } from "@/lib/tape/rules";
export type { Tolerances } from "@/lib/tape/tolerances";

/** Records of the newest version that a preview looks at. */
export const PREVIEW_RECORDS = 20_000;

const severity = z.enum(["error", "warning"]);
const ruleSeverity = z.enum(["off", "warning", "error"]);
const one = z.union([z.string().max(200), z.number()]);

const condition = {
  field: z.enum(RULE_FIELDS),
  op: z.enum(RULE_OPS),
  value: z.union([one, z.array(one).max(200)]).optional(),
  other_field: z.enum([...RULE_FIELDS, "as_of"]).optional(),
};
const ruleShape = {
  id: z.string().regex(/^[a-z][a-z0-9_]{0,59}$/, "small letters, digits and _, 60 at most"),
  description: z.string().trim().min(1).max(300),
  severity,
  ...condition,
  when: z.strictObject(condition).optional(),
};
export const qualityRuleSchema = z.object({ ...ruleShape, when: z.object(condition).optional() })
  .meta({ id: "QualityRule", description: "What must hold of a record. `error` leaves the row " +
    "out, `warning` keeps it. A value that is not given breaks `present` only." });

const rulesEdit = z.array(z.strictObject(ruleShape)).max(OWN_RULES_LIMIT)
  .superRefine((rules, context) => {
    const taken = new Set<string>(BUILT_INS.map(({ id }) => id));
    rules.forEach((rule, index) => {
      const fault = taken.has(rule.id)
        ? { path: "id", message: `'${rule.id}' is the id of another rule` } : ruleFault(rule);
      taken.add(rule.id);
      if (fault === null) return;
      context.addIssue({ code: "custom", path: [index, ...fault.path.split(".")],
        message: fault.message });
    });
  });

const BUILT_IN_IDS = BUILT_INS.map(({ id }) => id);
const builtInsEdit = z.partialRecord(z.enum(BUILT_IN_IDS), ruleSeverity.nullable())
  .superRefine((chosen, context) => {
    for (const { id, choices } of BUILT_INS) {
      const wanted = chosen[id];
      if (!wanted || choices.includes(wanted)) continue;
      context.addIssue({ code: "custom", path: [id],
        message: `must be one of ${choices.join(", ")}: the whole tape is read by then` });
    }
  }).meta({ description: "Severities that change; null goes back to the built-in one." });

const share = z.number().min(0).max(100);
const missing = z.partialRecord(z.enum(SLOT_FIELDS), share);
const tolerancesSchema = z.object({
  max_rejected_pct: share.optional(), max_problem_pct: share.optional(),
  min_score: share.optional(), max_missing_pct: missing.optional(),
}).meta({ id: "QualityTolerances", description: "A version that exceeds one is not sealed." });
const tolerancesEdit = z.strictObject({
  max_rejected_pct: share.nullable().optional(), max_problem_pct: share.nullable().optional(),
  min_score: share.nullable().optional(), max_missing_pct: missing.nullable().optional(),
}).meta({ description: "Members that change; null takes a tolerance away." });

export const toleranceCheckSchema = z.object({
  name: z.enum(TOLERANCE_NAMES), field: z.string().nullable(), limit: z.number(),
  measured: z.number(), exceeded: z.boolean(), message: z.string(),
}).meta({ id: "ToleranceCheck" });

/** How a version was judged: kept with it, whatever becomes of the dataset's rules. */
export const judgementSchema = z.object({
  components: z.object({
    accepted: z.number(), completeness: z.number(), validity: z.number(),
    uniqueness: z.number(), consistency: z.number(),
  }).nullable().meta({ description: "Shares of all rows; the score is " +
    "100 (0.3 completeness + 0.4 validity + 0.15 uniqueness + 0.15 consistency)." }),
  rules: z.array(z.object({
    id: z.string(), description: z.string(), severity: ruleSeverity,
    words: z.string().nullable().meta({ description: "What the rule asks for." }),
    broken: z.number().int(),
  })),
  tolerances: z.array(toleranceCheckSchema),
  accepted: z.object({ reason: z.string(), by: z.string() }).nullable()
    .meta({ description: "Who sealed it though a tolerance was exceeded, and why." }),
}).meta({ id: "QualityJudgement" });

const edit = z.strictObject({
  built_ins: builtInsEdit.optional(),
  rules: rulesEdit.optional().meta({ description: "All rules of its own that the dataset has." }),
  tolerances: tolerancesEdit.optional(),
});

export const qualityRulesSchema = z.object({
  dataset_id: uuid,
  built_ins: z.array(z.object({
    id: z.enum(BUILT_IN_IDS), description: z.string(), words: z.string().nullable(),
    severity: ruleSeverity, default_severity: severity, choices: z.array(ruleSeverity),
  })),
  rules: z.array(qualityRuleSchema),
  tolerances: tolerancesSchema,
  changed_at: timestamp.nullable(),
  changed_by: z.string().nullable(),
  etag,
}).meta({ id: "QualityRules" });

export const qualityOperations = {
  getQualityRules: operation({
    method: "GET", path: "/datasets/{id}/quality-rules", tag: "Datasets", role: "READ",
    tagged: "shows",
    summary: "The rules and tolerances that a dataset's next version is judged by.",
    response: qualityRulesSchema,
    errors: ["DATASET_NOT_FOUND"],
  }),
  updateQualityRules: operation({
    method: "PATCH", path: "/datasets/{id}/quality-rules", tag: "Datasets", role: "INGEST",
    tagged: "edits",
    summary: "Changes rules or tolerances for versions that are imported from now on; those of " +
      "before keep what they were judged by.",
    body: edit,
    response: qualityRulesSchema,
    errors: ["REQUEST_BODY_INVALID", "DATASET_NOT_FOUND"],
  }),
  previewQualityRules: operation({
    method: "POST", path: "/datasets/{id}/quality-rules/preview", tag: "Datasets",
    role: "INGEST",
    summary: "How many records of the newest sealed version would break each rule; of the first " +
      `${PREVIEW_RECORDS}, without what only a whole tape or its text shows. Stores nothing.`,
    body: edit.pick({ rules: true, built_ins: true }),
    response: z.object({
      dataset_version_id: uuid.nullable(), number: z.number().int().nullable(),
      records: z.number().int(), of: z.number().int(),
      rules: z.array(z.object({
        id: z.string(), severity, broken: z.number().int(),
        rows: z.array(z.number().int()).meta({ description: "The first rows that break it." }),
      })),
    }),
    errors: ["REQUEST_BODY_INVALID", "DATASET_NOT_FOUND"],
  }),
};
