import type { QueryOf, ResponseOf } from "@/lib/contract/operations";
import type { RunParameters } from "@/lib/risk";
import { writeAudit } from "../audit/audit";
import type { Context } from "../platform/caller";
import { prisma } from "../db/database";
import { decodeCursor, encodeCursor, invalidCursor, isWhole } from "../platform/paging";
import { RUN_GROUP } from "../stress/run-plan";
import { findRun } from "./runs";
import { csvLine, csvText, type CsvFile } from "../platform/spreadsheet-text";

type Query = QueryOf<"listRunGroups">;
type Group = ResponseOf<"listRunGroups">["items"][number];
type Payload = { analysis: string; request: { key: Group["key"] };
  result: Omit<Group, "key" | "evidence_id"> };
type Groups = { versionId: string; dimensions: readonly string[]; groups: Group[] };

/** The groups of a run as their evidence says, in the run's order; none without `group_by`. */
export async function recordedGroups(runId: string): Promise<Groups> {
  const run = await findRun(runId);
  const { group_by: dimensions = [], stress_scenarios: scenarios } =
    run.parameters as RunParameters;
  const ids = dimensions.length === 0 ? [] : run.evidenceIds.slice(1 + scenarios.length);
  const stored = await prisma().evidenceRecord.findMany({ where: { id: { in: ids } } });
  const payloads = new Map(stored.map(({ id, payload }) => [id, payload as Payload | null]));
  const groups = ids.flatMap((id) => {
    const payload = payloads.get(id);
    return payload?.analysis !== RUN_GROUP ? [] : [{ key: Object.fromEntries(dimensions.map(
      (dimension) => [dimension, payload.request.key[dimension as "sector"] ?? null])),
    evidence_id: id, ...payload.result }];
  });
  return { versionId: run.datasetVersionId, dimensions, groups };
}

export async function listRunGroups(
  runId: string, { cursor, limit }: Query,
): Promise<ResponseOf<"listRunGroups">> {
  const { groups } = await recordedGroups(runId);
  const [start] = cursor === undefined ? [0] : decodeCursor(cursor, 1);
  if (!isWhole(start) || start < 0) throw invalidCursor();
  const end = start + limit;
  return { items: groups.slice(start, end), total: groups.length,
    next_cursor: end < groups.length ? encodeCursor([end]) : null };
}

const BASE = ["total_outstanding", "collateral_value", "collateral_shortfall",
  "distressed_asset_recovery"] as const satisfies readonly (keyof Group["base"])[];
const STRESSED = ["collateral_value", "collateral_shortfall", "distressed_asset_recovery",
  "default_risk_buffer", "allocated_loss"] as const;

/** One line for each group and scenario; who took the file is an event. */
export async function exportRunGroups(context: Context, runId: string): Promise<CsvFile> {
  const found = await recordedGroups(runId);
  await writeAudit(context, { type: "run.exported", subjectId: runId,
    datasetVersionId: found.versionId, details: { format: "csv", part: "groups" } });
  return { name: `todiscope-run-${runId.slice(0, 8)}-groups.csv`, stream: csvOf(found) };
}

async function* csvOf({ dimensions, groups }: Groups): AsyncGenerator<string> {
  yield csvLine([...dimensions, "count", ...BASE, "scenario_id",
    ...STRESSED.map((name) => name === "allocated_loss" ? name : `stressed_${name}`),
    "evidence_id"]);
  for (const { key, count, base, scenarios, evidence_id: id } of groups) {
    const own = [...dimensions.map((name) => csvText(key[name as "sector"])), csvText(count),
      ...BASE.map((name) => csvText(base[name]))];
    const lines = scenarios.length === 0
      ? [csvLine([...own, "", ...STRESSED.map(() => ""), id])]
      : scenarios.map((scenario) => csvLine([...own, scenario.scenario_id,
        ...STRESSED.map((name) => csvText(scenario[name])), id]));
    yield lines.join("");
  }
}
