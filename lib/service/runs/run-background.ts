import type { ResponseOf } from "@/lib/contract/operations";
import { canonicalJson, type Json } from "@/lib/kernel/canonical";
import type { PreviousRun, RunBackground } from "@/lib/report/narrative";
import { runNarrative, worstOf } from "@/lib/report/narrative";
import type { ReportExtras } from "@/lib/report/run-report";
import { attributeLoss } from "@/lib/risk";
import { prisma } from "../db/database";
import { nettedVersion } from "../stress/netted-versions";
import { limitChangesUpTo } from "../kpis/kpi-limit-changes";
import { recordedGroups } from "./run-group-list";
import { getRun } from "./runs";
import { sealedVersion } from "../datasets/sealed-versions";

type Run = ResponseOf<"getRun">;

/** What the narrative of a run needs beside its own figures. */
async function backgroundOf(run: Run): Promise<RunBackground> {
  const [drivers, previous] = await Promise.all([driversOf(run), previousOf(run)]);
  return { drivers, previous };
}

/** Why the worst scenario loses; not told where it shocks segments, as on the page. */
async function driversOf(run: Run): Promise<RunBackground["drivers"]> {
  const worst = worstOf(run);
  if (worst === null || worst.segment_shocks || worst.loss_estimate === 0) return null;
  const sealed = await sealedVersion(run.dataset_version_id);
  const netted = await nettedVersion(sealed, run.report.metadata.parameters.netting);
  return attributeLoss(netted, worst).drivers;
}

/** The last run of the dataset that was recorded before, with the same netting. */
async function previousOf(run: Run): Promise<PreviousRun | null> {
  const { parameters } = run.report.metadata;
  const version = await prisma().datasetVersion.findUniqueOrThrow({
    where: { id: run.dataset_version_id }, select: { datasetId: true } });
  const row = await prisma().run.findFirst({
    where: { version: { datasetId: version.datasetId },
      createdAt: { lt: new Date(run.recorded_at) },
      parameters: { path: ["netting"], equals: parameters.netting } },
    include: { version: { select: { number: true } } },
    orderBy: [{ createdAt: "desc" }, { id: "desc" }] });
  const summary = row?.summary as Partial<PreviousRun> | null | undefined;
  if (!row || typeof summary?.net_exposure_after_recovery !== "number") return null;
  return { run_id: row.id, dataset_version_number: row.version.number,
    recorded_at: row.createdAt.toISOString(),
    net_exposure_after_recovery: summary.net_exposure_after_recovery,
    worst_scenario_id: summary.worst_scenario_id ?? null,
    worst_loss_estimate: summary.worst_loss_estimate ?? null,
    has_same_parameters: canonicalJson(row.parameters as Json)
      === canonicalJson(parameters as unknown as Json) };
}

/** What a report of a run shows beside it. */
export async function extrasOf(run: Run): Promise<ReportExtras> {
  const version = await prisma().datasetVersion.findUniqueOrThrow({
    where: { id: run.dataset_version_id }, select: { datasetId: true } });
  const [background, found, limitChanges] = await Promise.all([backgroundOf(run),
    recordedGroups(run.run_id), limitChangesUpTo(version.datasetId, run.recorded_at)]);
  return { ...background, groups: found.groups, limitChanges };
}

/** What a run says, in sentences. @throws AppError RUN_NOT_FOUND, DATASET_VERSION_ERASED */
export async function getRunNarrative(id: string): Promise<ResponseOf<"getRunNarrative">> {
  const run = await getRun(id);
  const background = await backgroundOf(run);
  return { run_id: run.run_id, previous_run_id: background.previous?.run_id ?? null,
    sentences: runNarrative(run, background) };
}
