import type { MappingRules } from "@/lib/contract/mapping-profile";
import type { BodyOf, QueryOf, ResponseOf } from "@/lib/contract/operations";
import { isUuid, newId } from "@/lib/kernel/ids";
import {
  BUILT_IN_PROFILES, fitProfile, knownShape, mappedColumns, resolveLocale, resolveMapping,
  type BuiltInProfile,
} from "@/lib/tape";
import { AppError } from "../platform/app-error";
import { recordAudit } from "../audit/audit";
import type { Context } from "../platform/caller";
import { findDataset } from "../datasets/datasets";
import { prisma, type MappingProfile as Row, type Prisma } from "../db/database";
import { etagOf, requireMatch } from "../platform/etag";
import { afterCursor, pageOf } from "../platform/paging";

type Profile = ResponseOf<"getMappingProfile">;

const rulesOf = (row: Row): MappingRules => row.mapping as MappingRules;

const toProfile = (row: Row): Profile => ({
  mapping_profile_id: row.id,
  dataset_id: row.datasetId,
  name: row.name,
  mapping: rulesOf(row),
  columns: mappedColumns(rulesOf(row)).sort(),
  locale: row.locale,
  created_at: row.createdAt.toISOString(),
  created_by: row.createdBy,
  updated_at: row.updatedAt.toISOString(),
  updated_by: row.updatedBy,
  etag: etagOf({ id: row.id, name: row.name, mapping: rulesOf(row), locale: row.locale }),
});

const shown = (row: Row): Prisma.InputJsonObject => ({ dataset_id: row.datasetId,
  name: row.name, mapping: row.mapping as Prisma.InputJsonObject, locale: row.locale });

/**
 * Checks a mapping as an import would whose file has just its columns.
 * @throws AppError REQUEST_BODY_INVALID
 */
function checked(mapping: Record<string, unknown>): Prisma.InputJsonObject {
  const resolved = resolveMapping(mappedColumns(mapping), mapping);
  if (resolved.ok) return mapping as Prisma.InputJsonObject;
  const { message } = resolved.error;
  throw new AppError("REQUEST_BODY_INVALID", { message,
    errors: resolved.error.code === "PARAMETERS_INVALID" ? resolved.error.errors
      : [{ path: "mapping", message }] });
}

function checkedLocale(name: string | null): string | null {
  if (name === null) return null;
  const locale = resolveLocale(name);
  if (locale.ok) return locale.value.id;
  throw new AppError("REQUEST_BODY_INVALID", { message: locale.error.message,
    errors: [{ path: "locale", message: locale.error.message }] });
}

export async function listMappingProfiles(
  datasetId: string, query: QueryOf<"listMappingProfiles">,
): Promise<ResponseOf<"listMappingProfiles">> {
  const dataset = await findDataset(datasetId);
  const rows = await prisma().mappingProfile.findMany({
    where: { datasetId: dataset.id, ...afterCursor(query.cursor) },
    orderBy: [{ createdAt: "desc" }, { id: "desc" }], take: query.limit + 1 });
  return pageOf(rows, query.limit, toProfile);
}

export async function getMappingProfile(id: string): Promise<Profile> {
  const row = isUuid(id) ? await prisma().mappingProfile.findUnique({ where: { id } }) : null;
  if (!row) throw new AppError("MAPPING_PROFILE_NOT_FOUND");
  return toProfile(row);
}

/** Runs an edit; a name that the dataset has already is refused by the database. */
async function namedOnce<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if ((error as { code?: string }).code !== "P2002") throw error;
    throw new AppError("MAPPING_PROFILE_NAME_TAKEN");
  }
}

export async function createMappingProfile(
  context: Context, datasetId: string, body: BodyOf<"createMappingProfile">,
): Promise<Profile> {
  const dataset = await findDataset(datasetId);
  const [mapping, locale] = [checked(body.mapping), checkedLocale(body.locale ?? null)];
  const by = context.caller.name;
  return toProfile(await namedOnce(() => prisma().$transaction(async (transaction) => {
    const row = await transaction.mappingProfile.create({ data: { id: newId(), mapping, locale,
      datasetId: dataset.id, name: body.name, createdBy: by, updatedBy: by } });
    await recordAudit(transaction, context,
      { type: "mapping_profile.created", subjectId: row.id, after: shown(row) });
    return row;
  })));
}

/** A profile, locked until the transaction ends. @throws AppError MAPPING_PROFILE_NOT_FOUND */
async function locked(transaction: Prisma.TransactionClient, id: string): Promise<Row> {
  const row = isUuid(id) && await transaction.$executeRaw`
    SELECT 1 FROM mapping_profile WHERE mapping_profile_id = ${id}::uuid FOR UPDATE` > 0
    ? await transaction.mappingProfile.findUnique({ where: { id } }) : null;
  if (!row) throw new AppError("MAPPING_PROFILE_NOT_FOUND");
  return row;
}

export async function updateMappingProfile(
  context: Context, id: string, body: BodyOf<"updateMappingProfile">,
): Promise<Profile> {
  const changes = {
    ...(body.name === undefined ? {} : { name: body.name }),
    ...(body.mapping === undefined ? {} : { mapping: checked(body.mapping) }),
    ...(body.locale === undefined ? {} : { locale: checkedLocale(body.locale) }),
  };
  return toProfile(await namedOnce(() => prisma().$transaction(async (transaction) => {
    const before = await locked(transaction, id);
    requireMatch(context, toProfile(before).etag);
    if (Object.keys(changes).length === 0) return before;
    const after = await transaction.mappingProfile.update({ where: { id },
      data: { ...changes, updatedAt: new Date(), updatedBy: context.caller.name } });
    await recordAudit(transaction, context, { type: "mapping_profile.updated", subjectId: id,
      before: shown(before), after: shown(after) });
    return after;
  })));
}

export async function deleteMappingProfile(context: Context, id: string): Promise<Profile> {
  return toProfile(await prisma().$transaction(async (transaction) => {
    const row = await locked(transaction, id);
    await transaction.mappingProfile.delete({ where: { id } });
    await recordAudit(transaction, context,
      { type: "mapping_profile.deleted", subjectId: id, before: shown(row) });
    return row;
  }));
}

/** A mapping that was asked for by name, and how its tapes write numbers and dates. */
export type ChosenProfile = {
  /** The mapping of a file with these columns; null when it is no tape of that shape. */
  mappingOf: (headers: readonly string[]) => Record<string, unknown> | null;
  locale: string | null;
  name: string;
};

const chosenBuiltIn = (profile: BuiltInProfile): ChosenProfile => ({
  mappingOf: (headers) => fitProfile(profile, headers), locale: null, name: profile.name });

/** The built-in profile of a tape whose columns are all its own; null for any other. */
export function knownProfile(headers: readonly string[]): ChosenProfile | null {
  const profile = knownShape(headers);
  return profile === null ? null : chosenBuiltIn(profile);
}

/**
 * The profile of an id or a name: one of the dataset, else a built-in one.
 * @throws AppError MAPPING_PROFILE_NOT_FOUND
 */
export async function chosenProfile(datasetId: string, profile: string): Promise<ChosenProfile> {
  const row = await prisma().mappingProfile.findFirst({ where: { datasetId,
    ...(isUuid(profile) ? { id: profile } : { name: profile }) } });
  if (row) return { mappingOf: () => rulesOf(row), locale: row.locale, name: row.name };
  const builtIn = BUILT_IN_PROFILES.find(({ id }) => id === profile);
  if (builtIn) return chosenBuiltIn(builtIn);
  const known = BUILT_IN_PROFILES.map(({ id }) => id).join(", ");
  throw new AppError("MAPPING_PROFILE_NOT_FOUND", { message:
    `The dataset has no mapping profile "${profile}"; built in are ${known}.` });
}

/**
 * The dataset's saved mapping for a file with these columns: of those whose every column is there
 * the one that names most, then the one changed last. Null when none fits.
 */
export async function fittingProfile(
  datasetId: string, headers: readonly string[],
): Promise<ChosenProfile | null> {
  const has = new Set(headers);
  const rows = await prisma().mappingProfile.findMany({
    where: { datasetId }, orderBy: [{ updatedAt: "desc" }, { id: "desc" }] });
  const [best] = rows.map((row) => ({ row, columns: mappedColumns(rulesOf(row)) }))
    .filter(({ columns }) => columns.length > 0 && columns.every((column) => has.has(column)))
    .sort((a, b) => b.columns.length - a.columns.length);
  return best ? { mappingOf: () => rulesOf(best.row), locale: best.row.locale,
    name: best.row.name } : null;
}
