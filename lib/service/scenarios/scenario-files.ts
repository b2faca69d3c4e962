import type { FieldProblem } from "@/lib/contract/errors";
import type { BodyOf, QueryOf, ResponseOf } from "@/lib/contract/operations";
import { SCENARIO_FILE, SCENARIO_FILE_LIMIT } from "@/lib/contract/facts";
import { isUuid } from "@/lib/kernel/ids";
import { AppError } from "../platform/app-error";
import type { Context } from "../platform/caller";
import { prisma, type Prisma } from "../db/database";
import {
  badContent, contentOf, contentOfRow, differencesOf, latestOf, stateOf, WITH_LATEST,
  type Content, type WithLatest,
} from "./scenario-content";
import { addScenario, nextVersion, withFreeId } from "./scenarios";

type Item = ResponseOf<"importScenarios">["items"][number];
type FileEntry = ResponseOf<"exportScenarios">["scenarios"][number];

function toEntry(row: WithLatest): FileEntry {
  const latest = latestOf(row);
  const { name, scenario, tags, note } = contentOfRow(row.scenarioId, latest);
  const { scenario_id, description, ...shocks } = scenario;
  return { scenario_id, name, description, ...shocks, tags, note, version: latest.number,
    state: stateOf(latest), author: latest.author } as FileEntry;
}

/** The latest versions of the scenarios asked for, else of all that are not archived. */
export async function exportScenarios(
  query: QueryOf<"exportScenarios">,
): Promise<ResponseOf<"exportScenarios">> {
  const ids = query.ids?.split(",").map((id) => id.trim().toLowerCase());
  const unknown = ids?.find((id) => !isUuid(id));
  if (unknown !== undefined) throw noSuch(unknown);
  const rows = await prisma().libraryScenario.findMany({
    where: ids ? { id: { in: ids } } : { archivedAt: null }, include: WITH_LATEST,
    orderBy: { scenarioId: "asc" }, take: SCENARIO_FILE_LIMIT + 1 });
  const missing = ids?.find((id) => !rows.some((row) => row.id === id));
  if (missing !== undefined) throw noSuch(missing);
  if (rows.length > SCENARIO_FILE_LIMIT) {
    throw new AppError("PARAMETERS_INVALID", { message: "ids: the library has more than "
      + `${SCENARIO_FILE_LIMIT} scenarios, which is what a file holds; name those you want.` });
  }
  return { ...SCENARIO_FILE, scenarios: rows.map(toEntry) };
}

const noSuch = (id: string): AppError => new AppError("SCENARIO_NOT_FOUND",
  { message: `The library has no scenario "${id.slice(0, 60)}".` });

/** What a file's entries say. @throws AppError REQUEST_BODY_INVALID with every problem of each. */
function contentsOf(entries: BodyOf<"importScenarios">["scenarios"]): Content[] {
  const problems: FieldProblem[] = [];
  const first = new Map<string, number>();
  const contents = entries.flatMap((entry, index) => {
    const path = `scenarios.${index}`;
    const { scenario_id: id, version: _, state: __, author: ___, ...input } = entry;
    const before = first.get(id);
    if (before === undefined) first.set(id, index);
    else {
      problems.push({ path: `${path}.scenario_id`, message: `${path}.scenario_id is "${id}", which `
        + `is that of scenarios.${before} too: a file names each scenario once` });
    }
    const checked = contentOf(id, input, `${path}.`);
    if ("content" in checked) return [checked.content];
    problems.push(...checked.problems);
    return [];
  });
  if (problems.length > 0) throw badContent(problems.slice(0, 100));
  return contents;
}

/** What would become of one entry, beside the library as it is. */
function plan(content: Content, row: WithLatest | undefined, existing: string): Item {
  const base = { scenario_id: content.scenario.scenario_id, name: content.name,
    library_scenario_id: row?.id ?? null };
  if (!row) return { ...base, action: "create", number: 1, differences: [] };
  const latest = latestOf(row);
  const differences = differencesOf(contentOfRow(row.scenarioId, latest), content);
  if (differences.length === 0) {
    return { ...base, action: "unchanged", number: latest.number, differences };
  }
  return existing === "new_version" && row.archivedAt === null
    ? { ...base, action: "new_version", number: latest.number + 1, differences }
    : { ...base, action: "refused", number: latest.number, differences };
}

/** @throws AppError SCENARIO_ID_TAKEN that names every entry which cannot be taken. */
function refuseTaken(items: readonly Item[], rows: ReadonlyMap<string, WithLatest>): void {
  const errors = items.flatMap((item, index) => item.action !== "refused" ? [] : [{
    path: `scenarios.${index}.scenario_id`,
    message: `The library has "${item.scenario_id}"${
      rows.get(item.scenario_id)?.archivedAt ? ", archived," : ""} with another ${
      item.differences.join(", ")}`,
  }]);
  if (errors.length === 0) return;
  throw new AppError("SCENARIO_ID_TAKEN", { errors: errors.slice(0, 100), message:
    `${errors[0]?.message ?? ""}. Nothing was imported: rename it, or import with `
    + "existing=new_version." });
}

async function lockedRows(
  transaction: Prisma.TransactionClient, ids: string[],
): Promise<Map<string, WithLatest>> {
  await transaction.$executeRaw`SELECT 1 FROM library_scenario WHERE scenario_id = ANY(${ids})
    ORDER BY library_scenario_id FOR UPDATE`;
  const rows = await transaction.libraryScenario.findMany({
    where: { scenarioId: { in: ids } }, include: WITH_LATEST });
  return new Map(rows.map((row) => [row.scenarioId, row]));
}

/** Takes a file's scenarios into the library, all or none. */
export async function importScenarios(
  context: Context, query: QueryOf<"importScenarios">, body: BodyOf<"importScenarios">,
): Promise<ResponseOf<"importScenarios">> {
  const contents = contentsOf(body.scenarios);
  const ids = contents.map(({ scenario }) => scenario.scenario_id);
  return withFreeId(() => prisma().$transaction(async (transaction) => {
    const rows = await lockedRows(transaction, ids);
    const items = contents.map((content) =>
      plan(content, rows.get(content.scenario.scenario_id), query.existing));
    if (query.dry_run) return { dry_run: true, items };
    refuseTaken(items, rows);
    for (const [index, content] of contents.entries()) {
      const item = items[index] as Item;
      const row = rows.get(item.scenario_id);
      if (item.action === "new_version" && row) {
        await nextVersion(context, transaction, row, content);
      }
      if (item.action === "create") {
        const added = await addScenario(context, transaction, content, { imported: true });
        items[index] = { ...item, library_scenario_id: added.id };
      }
    }
    return { dry_run: false, items };
  }));
}
