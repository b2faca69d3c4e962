import { z } from "zod";
import { day } from "@/lib/contract/common";
import { datasetOperations } from "@/lib/contract/dataset";
import type { ErrorCode } from "@/lib/contract/errors";
import type { QueryOf, ResponseOf } from "@/lib/contract/operations";
import { newId } from "@/lib/kernel/ids";
import {
  checkJson, memberNames, privacyNotes, resolveLocale, resolveMapping, resolvePrivacy, type Mapping,
  type MappingProblem, type NormalizeOptions, type PrivacyRules,
} from "@/lib/tape";
import { AppError } from "./app-error";
import { recordAudit, sourceOf, type AuditSource } from "./audit";
import type { Context } from "./caller";
import { dataFolderId } from "./data-folder";
import { findContent, findDataset, getVersion } from "./datasets";
import { isDatabaseGone, prisma, type Prisma } from "./db/database";
import { untilEnded } from "./job-ends";
import { enqueue, mayPass } from "./job-store";
import { dataFolderName } from "./kill-switch-file";
import { unattendedPrivacy } from "./privacy";
import { chosenProfile, fittingProfile, knownProfile, type ChosenProfile } from "./mapping-profiles";
import { plainBytes, positionDateOf, sniffUpload, type TapeBody } from "./tape-preview";
import { checkWhole, useUp, wholeUpload, type WholeUpload } from "./resumable-uploads";
import {
  discardUpload, hashUpload, linkUpload, readUpload, receiveUpload, type Upload,
} from "./uploads";
import { LOAD_ATTEMPTS, type StoredOptions } from "./version-jobs";

type Version = ResponseOf<"getVersion">;
type Query = QueryOf<"createVersion">;

/** A JSON tape is parsed as one value; larger tapes come as CSV, which streams. */
const { maxJsonBytes: JSON_LIMIT, maxBodyBytes: CSV_LIMIT } = datasetOperations.createVersion;
const RECORD_ID_LIMIT = 500;

const rates = z.record(z.string().regex(/^[A-Z]{3}$/, "an ISO 4217 code"),
  z.number().positive().max(1e9));
const jsonTape = z.strictObject({
  source_system: z.string().trim().min(1).max(200).optional(),
  as_of: day.optional(),
  fx_rates: rates.optional(),
  records: z.array(z.strictObject({
    source_record_id: z.string().max(RECORD_ID_LIMIT).optional(),
    payload: z.unknown(),
  })).min(1, "at least one record"),
});

/** What the request settles of a tape; the job that loads it reads it from the version. */
type Prepared = { asOf: string | null; sourceSystem: string | null; options: StoredOptions };

/**
 * Imports a body as a new version: received whole, looked at, then loaded by a job.
 * @returns the version once it has ended, or as it stands after `waitS` seconds.
 */
export async function createVersion(
  context: Context, datasetId: string, query: Query, body: TapeBody, waitS: number,
): Promise<Version> {
  const whole = query.upload === undefined ? null
    : await wholeUpload(context, query.upload, (await findDataset(datasetId)).id);
  const { versionId, jobId } = whole === null ? await takeIn(context, datasetId, query, body)
    : await takeIn(context, datasetId, { ...query, source_name: query.source_name ?? whole.name },
      whole, null, whole);
  if (whole !== null) await discardUpload(whole.file);
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
  unattended: Unattended | null = null, whole: WholeUpload | null = null,
): Promise<TakenIn> {
  const dataset = await findDataset(datasetId);
  const isJson = body.mediaType === "application/json";
  const profile = await profileOf(dataset.id, query);
  const options = normalizeOptions({ ...query, locale: query.locale ?? profile?.locale
    ?? undefined }, dataset.baseCurrency);
  const versionId = newId();
  const limit = isJson ? JSON_LIMIT : CSV_LIMIT;
  const upload = whole === null ? await receiveUpload(versionId, plainBytes(body), limit)
    : await receiveWhole(versionId, whole, limit);
  try {
    const known = unattended && await sameContent(prisma(), dataset.id, upload, query, unattended);
    const taken = known ?? await insertVersion(by, dataset.id, versionId, upload, isJson
      ? await prepareJson(upload, options, query, body.mediaType, unattended ? dataset.id : null)
      : await prepareTabular(upload, options, query, body.mediaType,
        profile ?? (unattended ? "fitting" : null), dataset), query, unattended, whole);
    if (taken.jobId === null) await discardUpload(upload.file);
    return taken;
  } catch (error) {
    // A commit whose answer got lost may have handed the upload over; `clean_uploads` knows.
    if (!isDatabaseGone(error)) await discardUpload(upload.file);
    throw error;
  }
}

/** The file that arrived in pieces: as it lies there, or unpacked beside it. */
async function receiveWhole(
  versionId: string, whole: WholeUpload, limit: number,
): Promise<Upload> {
  const packed = await hashUpload(whole.file);
  checkWhole(whole, packed);
  return whole.contentEncoding === null ? { ...packed, file: await linkUpload(versionId, packed) }
    : receiveUpload(versionId, plainBytes(whole), limit);
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
  NO_VALID_RECORD: "FILE_UNREADABLE", FILE_UNREADABLE: "FILE_UNREADABLE", CANCELLED: "VERSION_STATE_CONFLICT",
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

function normalizeOptions(query: Query, baseCurrency: string): NormalizeOptions {
  const locale = resolveLocale(query.locale);
  if (!locale.ok) throw invalid("locale", locale.error.message);
  if (query.fx_rates === undefined) return { locale: locale.value, baseCurrency };
  const parsed = rates.safeParse(parseJson("fx_rates", query.fx_rates));
  if (!parsed.success) throw invalid("fx_rates", z.prettifyError(parsed.error));
  return { locale: locale.value, baseCurrency, fxRates: parsed.data };
}

const invalid = (path: string, message: string): AppError => new AppError("PARAMETERS_INVALID",
  { message: `${path}: ${message}`, errors: [{ path, message }] });

function parseJson(path: string, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw invalid(path, `"${text.slice(0, 60)}" is not JSON`);
  }
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

async function prepareTabular(
  upload: Upload, asked: NormalizeOptions, query: Query, mediaType: string,
  wanted: ChosenProfile | "fitting" | null, dataset: { id: string; baseCurrency: string },
): Promise<Prepared> {
  const look = await sniffUpload(upload.file, mediaType, query);
  const { header } = look;
  const { headerRow, ...plan } = look.plan;
  const saved = wanted === "fitting" ? await fittingProfile(dataset.id, header) : wanted;
  const profile = saved ?? (query.mapping === undefined ? knownProfile(header) : null);
  const options = wanted === "fitting" && profile?.locale
    ? normalizeOptions({ ...query, locale: profile.locale }, dataset.baseCurrency) : asked;
  const given = mappingOf(query, profile, header);
  const mapping = resolveMapping(header, given);
  if (!mapping.ok) throw mappingError(mapping.error);
  const { rules: privacy, notes } = wanted === "fitting"
    ? await unattendedPrivacy(dataset.id, header)
    : attendedPrivacy(header, privacyOf(query, header));
  const position = await positionDateOf(upload.file, { mediaType, ...look.plan, header,
    mapping: mapping.value, locale: options.locale }, options);
  return {
    asOf: query.as_of ?? position, sourceSystem: query.source_system ?? null,
    options: {
      media_type: mediaType,
      ...plan, ...(headerRow === undefined ? {} : { header_row: headerRow }),
      header, locale: options.locale.id, mapping: given ?? null,
      mapped: describeMapping(mapping.value),
      notes: [...look.notes, ...mapping.value.notes, ...notes],
      ...(profile === null ? {} : { profile: profile.name }),
      ...(position === null ? {} : { position_date: position }),
      ...(Object.keys(privacy).length > 0 ? { privacy } : {}),
      ...(options.fxRates ? { fx_rates: options.fxRates } : {}),
    },
  };
}

const attendedPrivacy = (header: readonly string[], rules: PrivacyRules) =>
  ({ rules, notes: privacyNotes(header, rules) });

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
  upload: Upload, options: NormalizeOptions, query: Query, mediaType: string,
  unattendedDataset: string | null,
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
  const fxRates = tape.fx_rates ?? options.fxRates;
  const privacy = unattendedDataset === null ? privacyOf(query, null)
    : (await unattendedPrivacy(unattendedDataset,
      memberNames(tape.records.map(({ payload }) => payload)))).rules;
  return {
    asOf: tape.as_of ?? query.as_of ?? null,
    sourceSystem: tape.source_system ?? query.source_system ?? null,
    options: { media_type: mediaType, locale: options.locale.id,
      ...(Object.keys(privacy).length > 0 ? { privacy } : {}),
      ...(fxRates ? { fx_rates: fxRates } : {}) },
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
  prepared: Prepared, query: Query, unattended: Unattended | null, whole: WholeUpload | null,
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
    if (whole) await useUp(transaction, whole.id);
    const last = await transaction.datasetVersion.aggregate({
      where: { datasetId }, _max: { number: true } });
    await transaction.datasetVersion.create({ data: {
      id: versionId, datasetId, number: (last._max.number ?? 0) + 1, status: "importing",
      asOf: prepared.asOf ? new Date(prepared.asOf) : null, sourceSystem: prepared.sourceSystem,
      sourceName: query.source_name ?? null, sourceMediaType: prepared.options.media_type,
      sourceBytes: BigInt(upload.bytes), sourceSha256: upload.sha256,
      options: prepared.options as object, createdBy: source.actor,
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

/** Normalizes and seals a version that holds raw records only. */
export async function normalizeVersion(
  context: Context, versionId: string, waitS: number,
): Promise<Version> {
  const row = await findContent(versionId);
  const jobId = await prisma().$transaction(async (transaction) => {
    const changed = await transaction.datasetVersion.updateMany({
      where: { id: row.id, status: "ingested" }, data: { status: "normalizing", rowsDone: 0 } });
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
