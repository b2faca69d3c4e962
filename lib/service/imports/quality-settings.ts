import type { BodyOf, ResponseOf } from "@/lib/contract/operations";
import { PREVIEW_RECORDS } from "@/lib/contract/quality";
import { isUuid } from "@/lib/kernel/ids";
import type { NormalizedRecord } from "@/lib/kernel/record";
import {
  BUILT_INS, createRuleSet, READ_RULE, ruleInWords, rulesInForce, type QualityChoices,
  type Tolerances,
} from "@/lib/tape";
import { AppError } from "../platform/app-error";
import { recordAudit } from "../audit/audit";
import type { Context } from "../platform/caller";
import { cursorBatches, inSnapshot } from "../db/cursor";
import { prisma, type Prisma } from "../db/database";
import { etagOf, requireMatch } from "../platform/etag";
import type { QualityInForce } from "../datasets/version-quality";

type Rules = ResponseOf<"getQualityRules">;
type Settings = QualityChoices & { tolerances: Tolerances };
type Row = Prisma.DatasetGetPayload<{ include: { quality: true } }>;

/** @throws AppError DATASET_NOT_FOUND */
async function findRow(client: Prisma.TransactionClient, datasetId: string): Promise<Row> {
  const row = isUuid(datasetId) ? await client.dataset.findUnique(
    { where: { id: datasetId }, include: { quality: true } }) : null;
  if (!row) throw new AppError("DATASET_NOT_FOUND");
  return row;
}

const settingsOf = ({ quality }: Row): Settings => ({
  built_ins: (quality?.builtIns ?? {}) as Settings["built_ins"],
  rules: (quality?.rules ?? []) as unknown as Settings["rules"],
  tolerances: (quality?.tolerances ?? {}) as Tolerances,
});

function toRules(row: Row): Rules {
  const settings = settingsOf(row);
  return {
    dataset_id: row.id,
    built_ins: BUILT_INS.map(({ id, description, severity, choices, rule }) => ({
      id, description, words: rule === null ? null : ruleInWords(rule),
      severity: settings.built_ins[id] ?? severity, default_severity: severity,
      choices: [...choices],
    })),
    rules: settings.rules as Rules["rules"],
    tolerances: settings.tolerances as Rules["tolerances"],
    changed_at: row.quality?.changedAt.toISOString() ?? null,
    changed_by: row.quality?.changedBy ?? null,
    etag: etagOf({ id: row.id, ...settings }),
  };
}

export const getQualityRules = async (datasetId: string): Promise<Rules> =>
  toRules(await findRow(prisma(), datasetId));

/** Changes what a dataset's next version is judged by, unless somebody else changed it first. */
export async function updateQualityRules(
  context: Context, datasetId: string, body: BodyOf<"updateQualityRules">,
): Promise<Rules> {
  if (!isUuid(datasetId)) throw new AppError("DATASET_NOT_FOUND");
  return prisma().$transaction(async (transaction) => {
    await transaction.$executeRaw`
      SELECT 1 FROM dataset WHERE dataset_id = ${datasetId}::uuid FOR UPDATE`;
    const before = await findRow(transaction, datasetId);
    requireMatch(context, toRules(before).etag);
    const after = changed(settingsOf(before), body);
    const data = { builtIns: after.built_ins, rules: after.rules as unknown as object[],
      tolerances: after.tolerances, changedBy: context.caller.name };
    await transaction.qualitySettings.upsert({ where: { datasetId },
      create: { datasetId, ...data }, update: { ...data, changedAt: new Date() } });
    await recordAudit(transaction, context, { type: "quality_rules.changed",
      subjectId: datasetId, before: audited(settingsOf(before)), after: audited(after) });
    return toRules(await findRow(transaction, datasetId));
  });
}

const audited = (settings: Settings) =>
  JSON.parse(JSON.stringify(settings)) as { [key: string]: never };

function changed(
  before: Settings, { built_ins: chosen, rules, tolerances }: BodyOf<"updateQualityRules">,
): Settings {
  const kept = { ...before.built_ins, ...chosen };
  const limits = { ...before.tolerances, ...tolerances };
  const set = <T extends object>(members: T) => Object.fromEntries(Object.entries(members)
    .filter(([, value]) => value !== null && value !== undefined));
  return { built_ins: set(kept), tolerances: set(limits), rules: rules ?? before.rules };
}

/** What a version that is received now is judged by, under the lock of its dataset. */
export async function qualityInForce(
  transaction: Prisma.TransactionClient, datasetId: string, by: string,
  { expected_rows: rows, expected_principal: principal, accept_quality: reason }: {
    expected_rows?: number | undefined; expected_principal?: number | undefined;
    accept_quality?: string | undefined;
  },
): Promise<QualityInForce> {
  const settings = settingsOf(await findRow(transaction, datasetId));
  return {
    ...rulesInForce(settings), tolerances: settings.tolerances,
    control: { ...(rows === undefined ? {} : { rows }),
      ...(principal === undefined ? {} : { principal }) },
    ...(reason === undefined ? {} : { accept: { reason, by } }),
  };
}

const PREVIEW_BATCH = 1000;
const ROWS_SHOWN = 5;

/** How the records of the newest sealed version stand to rules that are not saved yet. */
export async function previewQualityRules(
  datasetId: string, body: BodyOf<"previewQualityRules">,
): Promise<ResponseOf<"previewQualityRules">> {
  const settings = changed(settingsOf(await findRow(prisma(), datasetId)), body);
  const { rules: inForce } = rulesInForce(settings);
  const rules = inForce.filter(({ op, id }) => op !== "in_column" && id !== READ_RULE);
  const version = await prisma().datasetVersion.findFirst({
    where: { datasetId, status: "sealed" }, orderBy: { number: "desc" } });
  const broken = new Map(rules.map(({ id, severity }) =>
    [id, { id, severity, broken: 0, rows: [] as number[] }]));
  let records = 0;
  if (version) {
    const asOf = version.asOf?.toISOString().slice(0, 10) ?? null;
    const set = createRuleSet({ rules, reading: {} }, asOf, (field) => field);
    await inSnapshot(async (client) => {
      for await (const batch of cursorBatches<{ row: number; payload: NormalizedRecord }>(
        client, PREVIEW_BATCH, `SELECT row_number AS row, payload FROM normalized_record
          WHERE dataset_version_id = $1 AND kind <> 'consolidated'
          ORDER BY row_number LIMIT ${PREVIEW_RECORDS}`, [version.id])) {
        for (const { row, payload } of batch) {
          records += 1;
          for (const { rule } of set.judge(row, payload, []).problems) {
            const found = broken.get(rule ?? "");
            if (!found) continue;
            found.broken += 1;
            if (found.rows.length < ROWS_SHOWN) found.rows.push(row);
          }
        }
      }
    });
  }
  return { dataset_version_id: version?.id ?? null, number: version?.number ?? null, records,
    of: version?.normalizedCount ?? 0, rules: [...broken.values()] };
}
