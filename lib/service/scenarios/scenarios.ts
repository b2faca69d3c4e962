import type { BodyOf, QueryOf, ResponseOf } from "@/lib/contract/operations";
import type { ScenarioState } from "@/lib/contract/facts";
import { isUuid, newId } from "@/lib/kernel/ids";
import { SCENARIO_TEMPLATES } from "@/lib/risk";
import { AppError } from "../platform/app-error";
import { recordAudit } from "../audit/audit";
import type { Context } from "../platform/caller";
import { prisma, type Prisma } from "../db/database";
import { requireMatch } from "../platform/etag";
import { afterCursor, pageOf } from "../platform/paging";
import { personBehind } from "../access/person";
import {
  checkedContent, contentOfRow, contentRow, DECISIONS_IN_ORDER, latestOf, stateOf,
  toLibraryScenario, toVersion, WITH_LATEST,
  type Content, type LibraryScenario, type WithLatest,
} from "./scenario-content";

type Transaction = Prisma.TransactionClient;

/** The library, newest first. */
export async function listScenarios(
  query: QueryOf<"listScenarios">,
): Promise<ResponseOf<"listScenarios">> {
  const { q, tag, state, archived } = query;
  const text = q?.trim() ?? "";
  const like = { contains: text.replace(/[\\%_]/g, "\\$&"), mode: "insensitive" } as const;
  const rows = await prisma().libraryScenario.findMany({
    where: { AND: [afterCursor(query.cursor), {
      archivedAt: archived ? { not: null } : null,
      ...(state === undefined ? {} : { state }),
      ...(tag === undefined ? {} : { latest: { tags: { has: tag } } }),
    }, text === "" ? {} : { OR: [{ scenarioId: like }, { latest: { name: like } },
      { latest: { description: like } }] }] },
    include: WITH_LATEST, orderBy: [{ createdAt: "desc" }, { id: "desc" }], take: query.limit + 1 });
  return pageOf(rows, query.limit, toLibraryScenario);
}

export const listScenarioTemplates = (): ResponseOf<"listScenarioTemplates"> =>
  ({ items: SCENARIO_TEMPLATES.map((template) =>
    ({ ...template, scenario: { ...template.scenario }, tags: [...template.tags] })) });

async function find(id: string): Promise<WithLatest> {
  const row = isUuid(id) ? await prisma().libraryScenario.findUnique({
    where: { id }, include: WITH_LATEST }) : null;
  if (!row) throw new AppError("SCENARIO_NOT_FOUND");
  return row;
}

export const getScenario = async (id: string): Promise<LibraryScenario> =>
  toLibraryScenario(await find(id));

export async function listScenarioVersions(
  id: string, query: QueryOf<"listScenarioVersions">,
): Promise<ResponseOf<"listScenarioVersions">> {
  const { scenarioId } = await find(id);
  const rows = await prisma().scenarioVersion.findMany({
    where: { libraryId: id, ...afterCursor(query.cursor) }, include: DECISIONS_IN_ORDER,
    orderBy: [{ createdAt: "desc" }, { id: "desc" }], take: query.limit + 1 });
  return pageOf(rows, query.limit, (row) => toVersion(scenarioId, row));
}

/** Runs a creation; an id that the library has already is refused by the database. */
export async function withFreeId<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if ((error as { code?: string }).code !== "P2002") throw error;
    throw new AppError("SCENARIO_ID_TAKEN", { message: "The library has a scenario of this id: "
      + "choose another, or write a new version of that one." });
  }
}

const audited = ({ name, scenario, tags, note }: Content): Prisma.InputJsonObject =>
  ({ name, scenario: scenario as unknown as Prisma.InputJsonObject, tags, note });

/** Writes version `number` of an entry and makes it the latest. */
export async function addVersion(
  context: Context, transaction: Transaction, id: string, number: number, content: Content,
): Promise<WithLatest> {
  const author = context.caller.name;
  const now = new Date();
  const version = await transaction.scenarioVersion.create({ data: { id: newId(), libraryId: id,
    number, ...contentRow(content), author, createdAt: now,
    authorPerson: await personBehind(transaction, context.caller) } });
  return transaction.libraryScenario.update({ where: { id }, include: WITH_LATEST,
    data: { latestId: version.id, state: "draft", updatedAt: now } });
}

/** Makes an entry with its first version; `details` say where it comes from. */
export async function addScenario(
  context: Context, transaction: Transaction, content: Content,
  details?: Prisma.InputJsonObject,
): Promise<WithLatest> {
  const { id } = await transaction.libraryScenario.create({ data: { id: newId(),
    scenarioId: content.scenario.scenario_id, createdBy: context.caller.name } });
  const row = await addVersion(context, transaction, id, 1, content);
  await recordAudit(transaction, context, { type: "scenario.created", subjectId: id,
    after: audited(content), ...(details ? { details } : {}) });
  return row;
}

export async function createScenario(
  context: Context, body: BodyOf<"createScenario">,
): Promise<LibraryScenario> {
  const { scenario_id: scenarioId, ...input } = body;
  const content = checkedContent(scenarioId, input);
  return toLibraryScenario(await withFreeId(() =>
    prisma().$transaction((transaction) => addScenario(context, transaction, content))));
}

export async function cloneScenario(
  context: Context, id: string, body: BodyOf<"cloneScenario">,
): Promise<LibraryScenario> {
  const template = SCENARIO_TEMPLATES.find(({ template_id }) => template_id === id);
  const row = template ? null : await find(id);
  const from: Content = row ? contentOfRow(row.scenarioId, latestOf(row)) : {
    name: template?.name ?? "", scenario: template?.scenario as Content["scenario"],
    tags: [...template?.tags ?? []],
    note: `${template?.origin ?? ""} ${template?.limits ?? ""}`.trim() };
  const content = { ...from, name: body.name ?? from.name,
    scenario: { ...from.scenario, scenario_id: body.scenario_id } };
  const details = row ? { clone_of: row.id, version: latestOf(row).number } : { template: id };
  return toLibraryScenario(await withFreeId(() => prisma().$transaction((transaction) =>
    addScenario(context, transaction, content, details))));
}

/** An entry, locked until the transaction ends. @throws AppError SCENARIO_NOT_FOUND */
async function locked(transaction: Transaction, id: string): Promise<WithLatest> {
  const row = isUuid(id) && await transaction.$executeRaw`
    SELECT 1 FROM library_scenario WHERE library_scenario_id = ${id}::uuid FOR UPDATE` > 0
    ? await transaction.libraryScenario.findUnique({ where: { id }, include: WITH_LATEST }) : null;
  if (!row) throw new AppError("SCENARIO_NOT_FOUND");
  return row;
}

/** The same, as the editor saw it, and not archived. */
async function lockedForEdit(
  context: Context, transaction: Transaction, id: string,
): Promise<WithLatest> {
  const row = await locked(transaction, id);
  requireMatch(context, toLibraryScenario(row).etag);
  if (row.archivedAt !== null) throw stateConflict("The scenario is archived: bring it back first.");
  return row;
}

const stateConflict = (message: string): AppError =>
  new AppError("SCENARIO_STATE_CONFLICT", { message });

export async function updateScenario(
  context: Context, id: string, body: BodyOf<"updateScenario">,
): Promise<LibraryScenario> {
  return toLibraryScenario(await prisma().$transaction(async (transaction) => {
    const before = await locked(transaction, id);
    requireMatch(context, toLibraryScenario(before).etag);
    if ((before.archivedAt !== null) === body.archived) return before;
    const now = new Date();
    const after = await transaction.libraryScenario.update({ where: { id }, include: WITH_LATEST,
      data: { updatedAt: now, archivedAt: body.archived ? now : null,
        archivedBy: body.archived ? context.caller.name : null } });
    await recordAudit(transaction, context, { subjectId: id,
      type: body.archived ? "scenario.archived" : "scenario.restored",
      details: { scenario_id: before.scenarioId } });
    return after;
  }));
}

type Decision = { state: ScenarioState; reason: string | null };

const decide = (
  context: Context, transaction: Transaction, versionId: string, { state, reason }: Decision,
) => transaction.scenarioDecision.create({ data: { id: newId(), versionId, state, reason,
  decidedBy: context.caller.name, decidedAt: new Date() } });

/** Writes the version after the latest; one that waited for approval waits no longer. */
export async function nextVersion(
  context: Context, transaction: Transaction, row: WithLatest, content: Content,
): Promise<WithLatest> {
  const latest = latestOf(row);
  const number = latest.number + 1;
  if (stateOf(latest) === "submitted") {
    await decide(context, transaction, latest.id,
      { state: "retired", reason: `Version ${number} took its place before it was decided.` });
  }
  const after = await addVersion(context, transaction, row.id, number, content);
  await recordAudit(transaction, context, { type: "scenario.version_created", subjectId: row.id,
    before: audited(contentOfRow(row.scenarioId, latest)), after: audited(content),
    details: { number } });
  return after;
}

export async function createScenarioVersion(
  context: Context, id: string, body: BodyOf<"createScenarioVersion">,
): Promise<LibraryScenario> {
  return toLibraryScenario(await prisma().$transaction(async (transaction) => {
    const row = await lockedForEdit(context, transaction, id);
    return nextVersion(context, transaction, row, checkedContent(row.scenarioId, body));
  }));
}

/** Notes a decision on the latest version, and audits it. */
async function decideLatest(
  context: Context, transaction: Transaction, row: WithLatest, decision: Decision,
  change: Prisma.LibraryScenarioUpdateInput = {},
): Promise<LibraryScenario> {
  const latest = latestOf(row);
  await decide(context, transaction, latest.id, decision);
  const after = await transaction.libraryScenario.update({ where: { id: row.id },
    include: WITH_LATEST, data: { state: decision.state, updatedAt: new Date(), ...change } });
  await recordAudit(transaction, context, { type: `scenario.${decision.state}`, subjectId: row.id,
    ...(decision.reason === null ? {} : { reason: decision.reason }),
    details: { scenario_id: row.scenarioId, number: latest.number, author: latest.author } });
  return toLibraryScenario(after);
}

/** @throws AppError SCENARIO_STATE_CONFLICT unless the latest version is in `state`. */
function requireState(row: WithLatest, state: ScenarioState, what: string): void {
  const latest = latestOf(row);
  if (stateOf(latest) === state) return;
  throw stateConflict(`Version ${latest.number} is ${stateOf(latest)}; ${what}.`);
}

export const submitScenario = (
  context: Context, id: string, body: BodyOf<"submitScenario">,
): Promise<LibraryScenario> => prisma().$transaction(async (transaction) => {
  const row = await lockedForEdit(context, transaction, id);
  requireState(row, "draft", "only a draft is submitted");
  return decideLatest(context, transaction, row,
    { state: "submitted", reason: body.reason ?? null });
});

export const approveScenario = (
  context: Context, id: string, body: BodyOf<"approveScenario">,
): Promise<LibraryScenario> => prisma().$transaction(async (transaction) => {
  const row = await lockedForEdit(context, transaction, id);
  requireState(row, "submitted", "only a submitted version is approved");
  const latest = latestOf(row);
  if (latest.authorPerson === await personBehind(transaction, context.caller)) {
    throw new AppError("SECOND_PERSON_REQUIRED",
      { message: "Who wrote a version cannot approve it: another person must." });
  }
  await retireApproved(context, transaction, row, `Version ${latest.number} was approved.`);
  return decideLatest(context, transaction, row,
    { state: "approved", reason: body.reason ?? null }, { approvedNumber: latest.number });
});

/** Ends the approval of the version that has it, if one has. */
async function retireApproved(
  context: Context, transaction: Transaction, row: WithLatest, reason: string,
): Promise<void> {
  if (row.approvedNumber === null) return;
  const approved = await transaction.scenarioVersion.findUniqueOrThrow({
    where: { libraryId_number: { libraryId: row.id, number: row.approvedNumber } } });
  await decide(context, transaction, approved.id, { state: "retired", reason });
}

export const rejectScenario = (
  context: Context, id: string, body: BodyOf<"rejectScenario">,
): Promise<LibraryScenario> => prisma().$transaction(async (transaction) => {
  const row = await lockedForEdit(context, transaction, id);
  requireState(row, "submitted", "only a submitted version is rejected");
  return decideLatest(context, transaction, row, { state: "rejected", reason: body.reason });
});

export const retireScenario = (
  context: Context, id: string, body: BodyOf<"retireScenario">,
): Promise<LibraryScenario> => prisma().$transaction(async (transaction) => {
  const row = await lockedForEdit(context, transaction, id);
  if (row.approvedNumber === null) throw stateConflict("No version of the scenario is approved.");
  if (latestOf(row).number === row.approvedNumber) {
    return decideLatest(context, transaction, row,
      { state: "retired", reason: body.reason }, { approvedNumber: null });
  }
  await retireApproved(context, transaction, row, body.reason);
  const after = await transaction.libraryScenario.update({ where: { id },
    include: WITH_LATEST, data: { approvedNumber: null, updatedAt: new Date() } });
  await recordAudit(transaction, context, { type: "scenario.retired", subjectId: id,
    reason: body.reason, details: { scenario_id: row.scenarioId, number: row.approvedNumber } });
  return toLibraryScenario(after);
});
