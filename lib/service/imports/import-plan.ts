import { z } from "zod";
import { day } from "@/lib/contract/common";
import { ZIP_TYPE } from "@/lib/contract/tape-types";
import type { QueryOf } from "@/lib/contract/operations";
import {
  checkJson, EBA_PROFILE, memberNames, privacyNotes, resolveLocale, resolveMapping, resolvePrivacy,
  type Locale, type Mapping, type MappingProblem, type PrivacyRules,
} from "@/lib/tape";
import { AppError } from "../platform/app-error";
import type { MoneyOptions } from "../datasets/version-money";
import {
  checkMoney, invalid, moneyMembers, parseJson, queryMoney, tapeMoney,
} from "./import-money";
import { chosenProfile, fittingProfile, knownProfile, type ChosenProfile } from "./mapping-profiles";
import { unattendedPrivacy } from "./privacy";
import { lookAtSet, mayBeSet } from "./set-sources";
import { positionDateOf, sniffUpload } from "./tape-preview";
import { readUpload, type Upload } from "../datasets/uploads";
import type { StoredOptions } from "./version-jobs";

type Query = QueryOf<"createVersion">;

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

/** What a request settles of a tape; the job that loads it reads it from the version. */
export type TapePlan = { asOf: string | null; sourceSystem: string | null; options: StoredOptions };

/** What a tape is read with; whether anybody watches decides what nobody says. */
type Asked = {
  query: Query; mediaType: string; datasetId: string; baseCurrency: string; locale: Locale;
  money: MoneyOptions; profile: ChosenProfile | null; isUnattended: boolean;
};

/** Checks what a request asks for, before any byte of its body is received. @throws AppError */
export async function askedOf(
  query: Query, mediaType: string, dataset: { id: string; baseCurrency: string },
  isUnattended: boolean,
): Promise<Asked> {
  const profile = await profileOf(dataset.id, query);
  const locale = localeOf(query.locale ?? profile?.locale ?? undefined);
  const money = queryMoney(query);
  if (mediaType !== "application/json") {
    checkMoney(money, dataset.baseCurrency, "PARAMETERS_INVALID");
  }
  return { query, mediaType, datasetId: dataset.id, baseCurrency: dataset.baseCurrency, locale,
    money, profile, isUnattended };
}

/** Looks at an upload and settles how it is read. @throws AppError */
export async function planTape(upload: Upload, asked: Asked): Promise<TapePlan> {
  if (asked.mediaType === "application/json") return planJson(upload, asked);
  return await planSet(upload, asked) ?? planTable(upload, asked);
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
async function planSet(upload: Upload, asked: Asked): Promise<TapePlan | null> {
  const { query, mediaType, locale, money } = asked;
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
  const { rules: privacy, notes } = await privacyOf(asked, columns);
  return {
    asOf: query.as_of ?? null, sourceSystem: query.source_system ?? null,
    options: {
      media_type: mediaType, locale: locale.id, profile: EBA_PROFILE,
      notes: [...look.notes, ...notes],
      tables: look.tables.map(({ preview: _, ...table }) => table),
      ...(Object.keys(privacy).length > 0 ? { privacy } : {}),
      ...money,
    },
  };
}

async function planTable(upload: Upload, asked: Asked): Promise<TapePlan> {
  const { query, mediaType, datasetId, money, isUnattended } = asked;
  const look = await sniffUpload(upload.file, mediaType, query);
  const { header } = look;
  const { headerRow, ...plan } = look.plan;
  const saved = asked.profile ?? (isUnattended ? await fittingProfile(datasetId, header) : null);
  const profile = saved ?? (query.mapping === undefined ? knownProfile(header) : null);
  const locale = asked.profile === null && profile?.locale && query.locale === undefined
    ? localeOf(profile.locale) : asked.locale;
  const given = mappingOf(query, profile, header);
  const mapping = resolveMapping(header, given);
  if (!mapping.ok) throw mappingError(mapping.error);
  const { rules: privacy, notes } = await privacyOf(asked, header);
  const position = await positionDateOf(upload.file, { mediaType, ...look.plan, header,
    mapping: mapping.value, locale }, { locale, baseCurrency: asked.baseCurrency,
    ...(money.fx_rates ? { fxRates: money.fx_rates } : {}) });
  return {
    asOf: query.as_of ?? position, sourceSystem: query.source_system ?? null,
    options: {
      media_type: mediaType,
      ...plan, ...(headerRow === undefined ? {} : { header_row: headerRow }),
      header, locale: locale.id, mapping: given ?? null,
      mapped: describeMapping(mapping.value),
      notes: [...look.notes, ...mapping.value.notes, ...notes],
      ...(profile === null ? {} : { profile: profile.name }),
      ...(position === null ? {} : { position_date: position }),
      ...(Object.keys(privacy).length > 0 ? { privacy } : {}),
      ...money,
    },
  };
}

/** What becomes of columns about persons: as the request says, or as it is best unwatched. */
async function privacyOf(
  { query, datasetId, isUnattended }: Asked, columns: readonly string[],
): Promise<{ rules: PrivacyRules; notes: readonly string[] }> {
  if (isUnattended) return unattendedPrivacy(datasetId, columns);
  const rules = privacyRules(query, columns);
  return { rules, notes: privacyNotes(columns, rules) };
}

function privacyRules(query: Query, columns: readonly string[] | null): PrivacyRules {
  if (query.privacy === undefined) return {};
  const rules = resolvePrivacy(columns, parseJson("privacy", query.privacy));
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

async function planJson(upload: Upload, asked: Asked): Promise<TapePlan> {
  const { query, mediaType, locale, datasetId } = asked;
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
  const money = checkMoney(tapeMoney(tape, asked.money), asked.baseCurrency,
    "REQUEST_BODY_INVALID");
  // Whose members a tape of JSON names is known only now; a person names them in the request.
  const privacy = asked.isUnattended ? (await unattendedPrivacy(datasetId,
    memberNames(tape.records.map(({ payload }) => payload)))).rules : privacyRules(query, null);
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
