import { z } from "zod";
import { day } from "@/lib/contract/common";
import { datasetOperations, ZIP_TYPE } from "@/lib/contract/dataset";
import type { ErrorCode } from "@/lib/contract/errors";
import type { QueryOf, ResponseOf } from "@/lib/contract/operations";
import { newId } from "@/lib/kernel/ids";
import {
  checkJson, EBA_PROFILE, privacyNotes, resolveLocale, resolveMapping, resolvePrivacy, type Locale,
  type Mapping, type MappingProblem, type PrivacyRules,
} from "@/lib/tape";
import { AppError } from "./app-error";
import { recordAudit, sourceOf, type AuditSource } from "./audit";
import type { Context } from "./caller";
import { dataFolderId } from "./data-folder";
import { findContent, findDataset, getVersion } from "./datasets";
import { isDatabaseGone, prisma, type Prisma } from "./db/database";
import {
  checkMoney, invalid, moneyMembers, parseJson, queryMoney, tapeMoney, type MoneyOptions,
} from "./import-money";
import { untilEnded } from "./job-ends";
import { enqueue, mayPass } from "./job-store";
import { dataFolderName } from "./kill-switch-file";
import { chosenProfile, fittingProfile, type ChosenProfile } from "./mapping-profiles";
import { qualityInForce } from "./quality-settings";
import { lookAtSet, mayBeSet } from "./set-sources";
import { isPacked, plainBytes, sniffUpload, type TapeBody } from "./tape-preview";
import { discardUpload, measured, readUpload, receiveUpload, type Upload } from "./uploads";
import { LOAD_ATTEMPTS, type StoredOptions } from "./version-jobs";

type Version = ResponseOf<"getVersion">;
type Query = QueryOf<"createVersion">;

/** A JSON tape is parsed as one value; larger tapes come as CSV, which streams. */
const { maxJsonBytes: JSON_LIMIT, maxBodyBytes: CSV_LIMIT } = datasetOperations.createVersion;
const RECORD_ID_LIMIT = 500;

const jsonTape = z.strictObject({
  source_system: z.string().trim().min(1).max(200).optional(),
  as_of: day.optional(),
  ...moneyMembers,
  records: z.array(z.strictObject({
    source_record_id: z.string().max(RECORD_ID_LIMIT).optional(),
    payload: z.unknown(),
  })).min(1, "at least one record"),
});

/** What the request settles of a tape; the job that loads it reads it from the version. */
type ReceivedFile = { bytes: number; sha256: string };
type Prepared = { asOf: string | null; sourceSystem: string | null; options: StoredOptions };

/**
 * Imports a body as a new version: received whole, looked at, then loaded by a job.
 * @returns the version once it has ended, or as it stands after `waitS` seconds.
 */
export async function createVersion(
  context: Context, datasetId: string, query: Query, body: TapeBody, waitS: number,
): Promise<Version> {
  const { versionId, jobId } = await takeIn(context, datasetId, query, body);
  return outcome(versionId, jobId, waitS);
}

/** What is different when nobody watches: a file that a folder had, and not a request. */
export type Unattended = {
  /** Kept with the job, for the end of the import. */
  payload: Prisma.InputJsonObject;
  /** A version of the same content that failed before this did not fail for this file. */
  arrivedAt: Date;
};

/** A version, and the job that loads it: null when the version was there already. */
type TakenIn = { versionId: string; jobId: string | null };

/**
 * Takes a body in and orders its load. Of an unattended file the saved mapping that fits its
 * columns is used, and content that the dataset has under this name already is not taken again.
 */
export async function takeIn(
  by: Context | AuditSource, datasetId: string, query: Query, body: TapeBody,
  unattended: Unattended | null = null,
): Promise<TakenIn> {
  const dataset = await findDataset(datasetId);
  const isJson = body.mediaType === "application/json";
  const profile = await profileOf(dataset.id, query);
  const locale = localeOf(query.locale ?? profile?.locale ?? undefined);
  const money = queryMoney(query);
  if (!isJson) checkMoney(money, dataset.baseCurrency, "PARAMETERS_INVALID");
  const versionId = newId();
  const packed = isPacked(body) ? measured(body.bytes) : null;
  const upload = await receiveUpload(versionId, plainBytes(packed === null ? body
    : { ...body, bytes: packed.bytes }), isJson ? JSON_LIMIT : CSV_LIMIT);
  const received = packed?.measure() ?? null;
  try {
    const known = unattended && await sameContent(prisma(), dataset.id, upload, query, unattended);
    const taken = known ?? await insertVersion(by, dataset.id, versionId, upload, isJson
      ? await prepareJson(upload, locale, query, body.mediaType, money, dataset.baseCurrency)
      : await prepareSet(upload, locale, query, body.mediaType, money)
        ?? await prepareTabular(upload, locale, query, body.mediaType, money,
          profile ?? (unattended ? "fitting" : null), dataset.id),
      { ...query, received }, unattended);
    if (taken.jobId === null) await discardUpload(upload.file);
    return taken;
  } catch (error) {
    // A commit whose answer got lost may have handed the upload over; `clean_uploads` knows.
    if (!isDatabaseGone(error)) await discardUpload(upload.file);
    throw error;
  }
}

/** The version that holds this content under this name; null where it is to be taken in. */
async function sameContent(
  transaction: Prisma.TransactionClient, datasetId: string, upload: Upload, query: Query,
  { arrivedAt }: Unattended,
): Promise<TakenIn | null> {
  const versions = await transaction.datasetVersion.findMany({
    where: { datasetId, sourceSha256: upload.sha256, sourceName: query.source_name ?? null },
    orderBy: { number: "desc" },
    select: { id: true, status: true, createdAt: true, failure: true } });
  const found = versions.find(({ status, createdAt, failure }) => status !== "failed"
    || createdAt >= arrivedAt && !mayPass(failure as Version["failure"]));
  return found ? { versionId: found.id, jobId: null } : null;
}

const FAILURE_CODES: Record<string, ErrorCode> = {
  DATABASE_UNAVAILABLE: "DATABASE_UNAVAILABLE", STORAGE_FULL: "STORAGE_FULL",
  NO_VALID_RECORD: "FILE_UNREADABLE", QUALITY_TOLERANCE_EXCEEDED: "QUALITY_TOLERANCE_EXCEEDED",
  FILE_UNREADABLE: "FILE_UNREADABLE", CANCELLED: "VERSION_STATE_CONFLICT",
  RESOLVED: "VERSION_STATE_CONFLICT", KILL_SWITCH_ACTIVE: "KILL_SWITCH_ACTIVE",
};

/** Waits for a load; a load that failed while somebody waited is an error with its address. */
async function outcome(
  versionId: string, jobId: string | null, waitS: number,
): Promise<Version> {
  if (waitS > 0 && jobId !== null) await untilEnded(jobId, waitS);
  const version = await getVersion(versionId);
  // Who did not wait is told that it was taken in, however soon it failed.
  if (version.status !== "failed" || waitS === 0) return version;
  const headers = { location: `/api/v3/dataset-versions/${versionId}` };
  const code = FAILURE_CODES[version.failure?.code ?? ""] ?? "INTERNAL_ERROR";
  throw new AppError(code, { message: version.failure?.message ?? "", headers,
    ...(code === "DATABASE_UNAVAILABLE" ? { retryAfterS: 2 } : {}),
    ...(code === "KILL_SWITCH_ACTIVE" ? { retryAfterS: 30 } : {}) });
}

function localeOf(name: string | undefined): Locale {
  const locale = resolveLocale(name);
  if (!locale.ok) throw invalid("locale", locale.error.message);
  return locale.value;
}

/** The profile that the request names. @throws AppError PARAMETERS_INVALID beside a mapping. */
async function profileOf(datasetId: string, query: Query): Promise<ChosenProfile | null> {
  if (query.profile === undefined) return null;
  if (query.mapping === undefined) return chosenProfile(datasetId, query.profile);
  throw invalid("profile", "cannot stand beside `mapping`");
}

function mappingOf(
  query: Query, profile: ChosenProfile | null, header: readonly string[],
): unknown {
  if (profile === null) {
    return query.mapping === undefined ? undefined : parseJson("mapping", query.mapping);
  }
  const mapping = profile.mappingOf(header);
  if (mapping !== null) return mapping;
  throw invalid("profile", `the file does not have the columns of "${profile.name}" `
    + `(headers seen: ${header.slice(0, 50).join(", ").slice(0, 2000)})`);
}

/** An archive or workbook with the tables of one set; null for a tape of one table. */
async function prepareSet(
  upload: Upload, locale: Locale, query: Query, mediaType: string, money: MoneyOptions,
): Promise<Prepared | null> {
  if (!mayBeSet(mediaType, query)) return null;
  for (const path of mediaType === ZIP_TYPE ? ["mapping", "sheet", "header_row"] as const : []) {
    if (query[path] !== undefined) throw invalid(path, "does not apply to an archive of tables");
  }
  if (mediaType === ZIP_TYPE && (query.profile ?? EBA_PROFILE) !== EBA_PROFILE) {
    throw invalid("profile", `an archive of tables is read by "${EBA_PROFILE}" only`);
  }
  const look = await lookAtSet(upload.file, mediaType);
  if (look === null) return null;
  const columns = [...new Set(look.tables.flatMap(({ header }) => header))];
  const privacy = privacyOf(query, columns);
  return {
    asOf: query.as_of ?? null, sourceSystem: query.source_system ?? null,
    options: {
      media_type: mediaType, locale: locale.id, profile: EBA_PROFILE,
      notes: [...look.notes, ...privacyNotes(columns, privacy)],
      tables: look.tables.map(({ preview: _, ...table }) => table),
      ...(Object.keys(privacy).length > 0 ? { privacy } : {}),
      ...money,
    },
  };
}

async function prepareTabular(
  upload: Upload, asked: Locale, query: Query, mediaType: string, money: MoneyOptions,
  wanted: ChosenProfile | "fitting" | null, datasetId: string,
): Promise<Prepared> {
  const look = await sniffUpload(upload.file, mediaType, query);
  const { header } = look;
  const { headerRow, ...plan } = look.plan;
  const profile = wanted === "fitting" ? await fittingProfile(datasetId, header) : wanted;
  const locale = wanted === "fitting" && profile?.locale ? localeOf(profile.locale) : asked;
  const given = mappingOf(query, profile, header);
  const mapping = resolveMapping(header, given);
  if (!mapping.ok) throw mappingError(mapping.error);
  const privacy = privacyOf(query, header);
  return {
    asOf: query.as_of ?? null, sourceSystem: query.source_system ?? null,
    options: {
      media_type: mediaType,
      ...plan, ...(headerRow === undefined ? {} : { header_row: headerRow }),
      header, locale: locale.id, mapping: given ?? null,
      mapped: describeMapping(mapping.value),
      notes: [...look.notes, ...mapping.value.notes, ...privacyNotes(header, privacy)],
      ...(profile === null ? {} : { profile: profile.name }),
      ...(Object.keys(privacy).length > 0 ? { privacy } : {}),
      ...money,
    },
  };
}

function privacyOf(query: Query, header: readonly string[] | null): PrivacyRules {
  if (query.privacy === undefined) return {};
  const rules = resolvePrivacy(header, parseJson("privacy", query.privacy));
  if (rules.ok) return rules.value;
  const [first] = rules.error;
  throw new AppError("PARAMETERS_INVALID",
    { message: `${first?.path ?? ""} ${first?.message ?? ""}`, errors: rules.error });
}

const describeMapping = (mapping: Mapping): Record<string, unknown> =>
  Object.fromEntries(mapping.fields);

function mappingError(problem: MappingProblem): AppError {
  if (problem.code === "PARAMETERS_INVALID") {
    return new AppError("PARAMETERS_INVALID",
      { message: problem.message, errors: problem.errors });
  }
  return new AppError("MAPPING_REQUIRED", { message: problem.message,
    errors: problem.headers.map((header) => ({ path: "header", message: header })) });
}

async function prepareJson(
  upload: Upload, locale: Locale, query: Query, mediaType: string, asked: MoneyOptions,
  baseCurrency: string,
): Promise<Prepared> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of readUpload(upload.file)) chunks.push(chunk);
  const parsed = jsonTape.safeParse(parseBody(Buffer.concat(chunks)));
  if (!parsed.success) {
    const errors = parsed.error.issues.slice(0, 100).map((issue) => ({
      path: issue.path.join("."), message: issue.message }));
    throw new AppError("REQUEST_BODY_INVALID",
      { message: `${errors[0]?.path ?? "body"}: ${errors[0]?.message ?? ""}`, errors });
  }
  const tape = parsed.data;
  const money = checkMoney(tapeMoney(tape, asked), baseCurrency, "REQUEST_BODY_INVALID");
  const privacy = privacyOf(query, null);
  return {
    asOf: tape.as_of ?? query.as_of ?? null,
    sourceSystem: tape.source_system ?? query.source_system ?? null,
    options: { media_type: mediaType, locale: locale.id,
      ...(Object.keys(privacy).length > 0 ? { privacy } : {}), ...money },
  };
}

/** Bytes as JSON that PostgreSQL and canonical JSON can carry. @throws REQUEST_BODY_INVALID */
export function parseBody(bytes: Uint8Array): unknown {
  let value: unknown;
  try {
    value = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
  } catch (error) {
    const reason = error instanceof SyntaxError ? "it is no JSON" : "it is not UTF-8";
    throw new AppError("REQUEST_BODY_INVALID", { message: `The body cannot be read: ${reason}.` });
  }
  const defect = checkJson(value);
  if (!defect) return value;
  throw new AppError("REQUEST_BODY_INVALID",
    { message: `${defect.path || "body"}: ${defect.message}`, errors: [defect] });
}

/** Opens a version and hands its upload to a job; both or neither. */
async function insertVersion(
  by: Context | AuditSource, datasetId: string, versionId: string, upload: Upload,
  prepared: Prepared, query: Query & { received: ReceivedFile | null },
  unattended: Unattended | null,
): Promise<TakenIn> {
  const source = "caller" in by ? sourceOf(by) : by;
  return prisma().$transaction(async (transaction) => {
    // Versions of one dataset are numbered one after the other.
    await transaction.$executeRaw`
      SELECT 1 FROM dataset WHERE dataset_id = ${datasetId}::uuid FOR UPDATE`;
    // Once more behind the lock: another look at the folder may have been first.
    const known = unattended
      && await sameContent(transaction, datasetId, upload, query, unattended);
    if (known) return known;
    const quality = await qualityInForce(transaction, datasetId, source.actor, query);
    const last = await transaction.datasetVersion.aggregate({
      where: { datasetId }, _max: { number: true } });
    await transaction.datasetVersion.create({ data: {
      id: versionId, datasetId, number: (last._max.number ?? 0) + 1, status: "importing",
      asOf: prepared.asOf ? new Date(prepared.asOf) : null, sourceSystem: prepared.sourceSystem,
      sourceName: query.source_name ?? null, sourceMediaType: prepared.options.media_type,
      sourceBytes: BigInt(upload.bytes), sourceSha256: upload.sha256,
      options: { ...prepared.options, quality, ...(query.received ? { received: { encoding: "gzip",
        ...query.received } } : {}) } as object, createdBy: source.actor,
    } });
    await recordAudit(transaction, by, {
      type: "dataset_version.received", subjectId: versionId, datasetVersionId: versionId,
      after: { status: "importing", sha256: upload.sha256, bytes: upload.bytes },
    });
    const jobId = await enqueue(transaction, {
      ...orderOf(source, versionId), kind: "import", bytesTotal: BigInt(upload.bytes),
      folderId: dataFolderId(),
      payload: { file: versionId, folder: dataFolderName(), by: source,
        normalize: query.normalize ?? true, ...unattended?.payload },
    });
    return { versionId, jobId };
  });
}

const orderOf = ({ actor, correlationId }: AuditSource, versionId: string) => ({
  subjectId: versionId, maxAttempts: LOAD_ATTEMPTS, createdBy: actor,
  ...(correlationId === null ? {} : { correlationId }),
});

/** Normalizes and seals a version that holds raw records only, by the rules of today. */
export async function normalizeVersion(
  context: Context, versionId: string, query: QueryOf<"normalizeVersion">, waitS: number,
): Promise<Version> {
  const row = await findContent(versionId);
  const stored = row.options as unknown as StoredOptions;
  const { rows, principal } = stored.quality?.control ?? {};
  const jobId = await prisma().$transaction(async (transaction) => {
    const quality = await qualityInForce(transaction, row.datasetId, sourceOf(context).actor,
      { ...query, expected_rows: rows, expected_principal: principal });
    const changed = await transaction.datasetVersion.updateMany({
      where: { id: row.id, status: "ingested" },
      data: { status: "normalizing", rowsDone: 0, options: { ...stored, quality } as object } });
    if (changed.count === 0) return null;
    await recordAudit(transaction, context, {
      type: "dataset_version.normalizing", subjectId: row.id, datasetVersionId: row.id,
      before: { status: "ingested" }, after: { status: "normalizing" } });
    return enqueue(transaction, { ...orderOf(sourceOf(context), row.id), kind: "normalize",
      payload: { by: sourceOf(context) } });
  });
  if (jobId === null) {
    throw new AppError("VERSION_STATE_CONFLICT", {
      message: `The version is ${row.status}; only an ingested one can be normalized.` });
  }
  return outcome(row.id, jobId, waitS);
}
