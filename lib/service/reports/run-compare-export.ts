import type { QueryOf } from "@/lib/contract/operations";
import {
  comparisonReport, widest, type ComparisonDocument,
} from "@/lib/report/comparison-report";
import { reportXlsx } from "@/lib/report/xlsx";
import { FILE_TYPES, type FileContent } from "../platform/exported-file";
import { tapeRows, type FileSource } from "../datasets/file-source";
import { pdfOf } from "./report-pdf";
import { bothRuns, compareRuns } from "../runs/run-compare";
import { comparedGroups } from "../runs/run-compare-groups";
import { compareRunInstruments } from "../runs/run-compare-instruments";
import { csvLine, csvText } from "../platform/spreadsheet-text";
import { compareVersions } from "../datasets/version-compare";

type Query = QueryOf<"exportRunComparison">;

/** Instruments that a file of a comparison names; all are pages of the API's answer. */
const NAMED_INSTRUMENTS = 50;
/** Groups of one scenario in a report to be read; JSON and CSV have all of them. */
const PRINTED_GROUPS = 100;

/** A comparison of two runs as a file: the API's figures as JSON or CSV, or the report. */
export async function comparisonFile(query: Query): Promise<FileSource> {
  const { base, other } = await bothRuns(query);
  const versionIds = [...new Set([base.datasetVersionId, other.datasetVersionId])];
  return { type: FILE_TYPES[query.format], versionIds,
    name: `todiscope-comparison-${base.id.slice(0, 8)}-${other.id.slice(0, 8)}.${query.format}`,
    event: { type: "run.exported", subjectId: base.id, datasetVersionId: base.datasetVersionId,
      details: { format: query.format, part: "comparison", other_run_id: other.id } },
    // Instruments are matched one by one, whatever the file names of them.
    rows: await tapeRows(versionIds),
    open: () => contentOf(query) };
}

async function contentOf(query: Query): Promise<FileContent> {
  const comparison = await documentOf(query);
  if (query.format === "json") return { text: `${JSON.stringify(comparison, null, 2)}\n` };
  if (query.format === "csv") return { text: comparisonCsv(comparison) };
  const report = comparisonReport({ ...comparison, groups: comparison.groups.map((each) =>
    ({ ...each, items: each.items.slice(0, PRINTED_GROUPS) })) });
  return { pieces: query.format === "pdf" ? pdfOf(report)
    : reportXlsx(report, []) };
}

/** All that is compared, read as the pages read it. */
async function documentOf({ base, other }: Query): Promise<ComparisonDocument> {
  const comparison = await compareRuns({ base, other });
  const shared = comparison.scenarios.filter((each) => each.bridge !== null);
  const most = widest(comparison.scenarios);
  const versions = comparison.data !== "same_dataset" ? null : await compareVersions({
    base: comparison.base.dataset_version_id, other: comparison.other.dataset_version_id });
  const groups: ComparisonDocument["groups"][number][] = [];
  for (const { scenario_id } of comparison.group_by ? shared : []) {
    groups.push({ scenario_id,
      items: (await comparedGroups({ base, other, scenario_id })).items });
  }
  const instruments = most && { scenario_id: most.scenario_id,
    ...await compareRunInstruments({ base, other, scenario_id: most.scenario_id,
      sort: "-loss_difference", limit: NAMED_INSTRUMENTS }) };
  return { ...comparison, versions, groups, instruments: instruments && {
    scenario_id: instruments.scenario_id, total: instruments.total, items: instruments.items } };
}

const HEAD = ["section", "scenario_id", "item", "figure", "base", "other", "difference",
  "base_evidence_id", "other_evidence_id"] as const;
type Line = Partial<Record<(typeof HEAD)[number], string | number | null | undefined>>;

/** Each figure of a comparison as one line, base beside other. */
function comparisonCsv(comparison: ComparisonDocument): string {
  const lines = [...factLines(comparison), ...figureLines(comparison), ...partLines(comparison)];
  return [csvLine(HEAD), ...lines.map((line) =>
    csvLine(HEAD.map((name) => csvText(line[name]))))].join("");
}

function factLines({ base, other, base_currency, data, parameters }: ComparisonDocument): Line[] {
  const facts = ["run_id", "dataset_name", "dataset_version_id", "dataset_version_number", "as_of",
    "content_hash", "started_at", "engine_version", "netting"] as const;
  return [
    { section: "comparison", figure: "currency", base: base_currency, other: base_currency },
    { section: "comparison", figure: "data", other: data },
    ...facts.map((figure): Line => ({ section: "run", figure, base: base[figure],
      other: other[figure] })),
    { section: "run", figure: "sign_off", base: base.sign_off.state, other: other.sign_off.state },
    ...parameters.map((each): Line => ({ section: "parameter", scenario_id: each.scenario_id,
      figure: each.field, base: worded(each.base), other: worded(each.other) })),
  ];
}

const worded = (value: string | number | boolean | null): string | null =>
  value === null ? null : String(value);

function figureLines({ base, other, exposure, scenarios }: ComparisonDocument): Line[] {
  const ids = { base_evidence_id: base.debt_exposure_evidence_id,
    other_evidence_id: other.debt_exposure_evidence_id };
  return [
    ...exposure.map((each): Line => ({ section: "debt_exposure", figure: each.figure,
      base: each.base, other: each.other, difference: each.difference, ...ids })),
    ...scenarios.flatMap((each): Line[] => {
      const of = { scenario_id: each.scenario_id, base_evidence_id: each.base?.evidence_id,
        other_evidence_id: each.other?.evidence_id };
      return [
        { section: "stress_test", figure: "loss_estimate", base: each.base?.loss_estimate,
          other: each.other?.loss_estimate, difference: each.loss_difference, ...of },
        { section: "stress_test", figure: "threshold", base: each.base?.threshold,
          other: each.other?.threshold, ...of },
        ...(each.bridge?.steps ?? []).map((step): Line => ({ section: "explained",
          figure: step.step, difference: step.amount, scenario_id: each.scenario_id })),
      ];
    }),
  ];
}

function partLines({ versions, groups, instruments }: ComparisonDocument): Line[] {
  return [
    ...(versions?.changes ?? []).flatMap((each): Line[] => [
      { section: "instruments", item: each.match, figure: "rows", base: each.base_rows,
        other: each.other_rows },
      { section: "instruments", item: each.match, figure: "outstanding",
        base: each.base_outstanding.amount, other: each.other_outstanding.amount }]),
    ...(versions?.outstanding.steps ?? []).map((step): Line => ({ section: "outstanding_bridge",
      figure: step.step, difference: step.amount })),
    ...groups.flatMap(({ scenario_id, items }) => items.map((each): Line => ({ section: "group",
      scenario_id, figure: "allocated_loss", base: each.base?.allocated_loss,
      other: each.other?.allocated_loss, difference: each.loss_difference,
      item: Object.entries(each.key).map(([name, value]) => `${name}: ${value ?? ""}`).join(", "),
      base_evidence_id: each.base?.evidence_id, other_evidence_id: each.other?.evidence_id }))),
    ...(instruments?.items ?? []).map((each): Line => ({ section: "instrument",
      scenario_id: instruments?.scenario_id, item: each.instrument_id, figure: "own_loss",
      base: each.base?.own_loss, other: each.other?.own_loss, difference: each.loss_difference })),
  ];
}
