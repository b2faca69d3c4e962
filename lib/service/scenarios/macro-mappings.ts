import type { BodyOf, QueryOf, ResponseOf } from "@/lib/contract/operations";
import type { Json } from "@/lib/kernel/canonical";
import { isUuid, newId } from "@/lib/kernel/ids";
import { macroProblems, type MacroMapping } from "@/lib/risk";
import { AppError } from "../platform/app-error";
import { recordAudit } from "../audit/audit";
import type { Context } from "../platform/caller";
import { findDataset } from "../datasets/datasets";
import { prisma, type MacroMapping as Row, type Prisma } from "../db/database";
import { etagOf, requireMatch } from "../platform/etag";
import { afterCursor, pageOf } from "../platform/paging";

type Answer = ResponseOf<"getMacroMapping">;

const contentOf = (row: Row): MacroMapping => row.content as unknown as MacroMapping;
const stored = (content: MacroMapping): Prisma.InputJsonObject =>
  content as unknown as Prisma.InputJsonObject;
const audited = (row: Row): Prisma.InputJsonObject =>
  ({ dataset_id: row.datasetId, name: row.name, ...stored(contentOf(row)) });

const toAnswer = (row: Row): Answer => ({
  macro_mapping_id: row.id,
  dataset_id: row.datasetId,
  name: row.name,
  ...contentOf(row),
  created_at: row.createdAt.toISOString(),
  created_by: row.createdBy,
  updated_at: row.updatedAt.toISOString(),
  updated_by: row.updatedBy,
  etag: etagOf({ id: row.id, name: row.name, content: row.content as Json }),
});

/** @throws AppError REQUEST_BODY_INVALID for a mapping that contradicts itself */
function checked(content: MacroMapping): MacroMapping {
  const problems = macroProblems(content);
  if (problems.length === 0) return content;
  throw new AppError("REQUEST_BODY_INVALID",
    { message: problems[0]?.message ?? "", errors: problems.slice(0, 100) });
}

export async function listMacroMappings(
  query: QueryOf<"listMacroMappings">,
): Promise<ResponseOf<"listMacroMappings">> {
  const dataset = query.dataset_id === undefined ? null : await findDataset(query.dataset_id);
  const rows = await prisma().macroMapping.findMany({
    where: { AND: [afterCursor(query.cursor),
      dataset ? { OR: [{ datasetId: dataset.id }, { datasetId: null }] } : {}] },
    orderBy: [{ createdAt: "desc" }, { id: "desc" }], take: query.limit + 1 });
  return pageOf(rows, query.limit, toAnswer);
}

export async function getMacroMapping(id: string): Promise<Answer> {
  const row = isUuid(id) ? await prisma().macroMapping.findUnique({ where: { id } }) : null;
  if (!row) throw new AppError("MACRO_MAPPING_NOT_FOUND");
  return toAnswer(row);
}

export async function createMacroMapping(
  context: Context, body: BodyOf<"createMacroMapping">,
): Promise<Answer> {
  const { dataset_id: given, name, ...content } = body;
  const dataset = given == null ? null : await findDataset(given);
  const by = context.caller.name;
  return toAnswer(await prisma().$transaction(async (transaction) => {
    const row = await transaction.macroMapping.create({ data: { id: newId(), name,
      datasetId: dataset?.id ?? null, content: stored(checked(content)),
      createdBy: by, updatedBy: by } });
    await recordAudit(transaction, context,
      { type: "macro_mapping.created", subjectId: row.id, after: audited(row) });
    return row;
  }));
}

/** A mapping, locked until the transaction ends. @throws AppError MACRO_MAPPING_NOT_FOUND */
async function locked(transaction: Prisma.TransactionClient, id: string): Promise<Row> {
  const row = isUuid(id) && await transaction.$executeRaw`
    SELECT 1 FROM macro_mapping WHERE macro_mapping_id = ${id}::uuid FOR UPDATE` > 0
    ? await transaction.macroMapping.findUnique({ where: { id } }) : null;
  if (!row) throw new AppError("MACRO_MAPPING_NOT_FOUND");
  return row;
}

export async function updateMacroMapping(
  context: Context, id: string, body: BodyOf<"updateMacroMapping">,
): Promise<Answer> {
  return toAnswer(await prisma().$transaction(async (transaction) => {
    const before = await locked(transaction, id);
    requireMatch(context, toAnswer(before).etag);
    if (Object.keys(body).length === 0) return before;
    const old = contentOf(before);
    const content = checked({ variables: body.variables ?? old.variables,
      coefficients: body.coefficients ?? old.coefficients, bounds: body.bounds ?? old.bounds,
      note: body.note ?? old.note });
    const after = await transaction.macroMapping.update({ where: { id },
      data: { name: body.name ?? before.name, content: stored(content), updatedAt: new Date(),
        updatedBy: context.caller.name } });
    await recordAudit(transaction, context, { type: "macro_mapping.updated", subjectId: id,
      before: audited(before), after: audited(after) });
    return after;
  }));
}

export async function deleteMacroMapping(context: Context, id: string): Promise<Answer> {
  return toAnswer(await prisma().$transaction(async (transaction) => {
    const row = await locked(transaction, id);
    await transaction.macroMapping.delete({ where: { id } });
    await recordAudit(transaction, context,
      { type: "macro_mapping.deleted", subjectId: id, before: audited(row) });
    return row;
  }));
}
