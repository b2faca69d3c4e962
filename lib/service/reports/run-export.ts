import type { ReportTemplate } from "@/lib/contract/facts";
import type { QueryOf, ResponseOf } from "@/lib/contract/operations";
import type { Column, Cell } from "@/lib/report/model";
import { rowsParquet } from "@/lib/report/parquet";
import { runReport } from "@/lib/report/run-report";
import { signOffText } from "@/lib/report/sign-off";
import { reportXlsx, SHEET_ROWS, type RowSheet } from "@/lib/report/xlsx";
import type { RunParameters } from "@/lib/risk";
import { AppError } from "../platform/app-error";
import { FILE_TYPES, type FileContent } from "../platform/exported-file";
import { counted, tapeRows, type FileSource } from "../datasets/file-source";
import { pdfOf } from "./report-pdf";
import { runBundle } from "./run-bundle";
import { scenarioBatches, type RunScenario } from "../runs/run-instruments";
import { extrasOf } from "../runs/run-background";
import { findRun, getRun, orderedParameters } from "../runs/runs";
import { csvLine } from "../platform/spreadsheet-text";

type RunDetail = ResponseOf<"getRun">;
type Query = QueryOf<"exportRun">;
/**
 * A run as a file: the API's JSON, one CSV table of every figure with its evidence, the report as
 * PDF or workbook, what each instrument comes to as Parquet, or the bundle that verifies offline.
 * The same run in the same state of its sign-off gives the same bytes.
 */
export async function runFile(runId: string, query: Query): Promise<FileSource> {
  const { format, scenario_id: scenarioId, template = "internal" } = query;
  if (scenarioId !== undefined && format !== "xlsx" && format !== "parquet") {
    throw invalid("scenario_id", `goes with the formats xlsx and parquet, not with ${format}.`);
  }
  if (query.template !== undefined && format !== "xlsx" && format !== "pdf") {
    throw invalid("template", `goes with the formats pdf and xlsx, not with ${format}.`);
  }
  if (format === "zip") return runBundle(runId);
  const { id, datasetVersionId: versionId, parameters } = await findRun(runId);
  const scenarios = chosenIds(orderedParameters(parameters as RunParameters), query);
  return { name: reportName({ run_id: id }, format, template), type: FILE_TYPES[format],
    event: { type: "run.exported", subjectId: id, datasetVersionId: versionId, details: { format,
      ...(query.template !== undefined && { template }),
      ...(scenarioId !== undefined && { scenario_id: scenarioId }) } },
    versionIds: [versionId],
    rows: scenarios.length === 0 ? 0 : await tapeRows([versionId]) * scenarios.length,
    open: (onRows) => contentOf(id, query, scenarios, onRows) };
}

async function contentOf(
  runId: string, { format, template = "internal" }: Query, scenarios: readonly string[],
  onRows?: (rows: number) => void,
): Promise<FileContent> {
  const run = await getRun(runId);
  if (format === "json") return { text: `${JSON.stringify(run, null, 2)}\n` };
  if (format === "csv") return { text: runCsv(run) };
  const chosen: RunScenario[] = [];
  for (const id of scenarios) {
    const scenario = await scenarioBatches(run.run_id, id);
    const before = chosen.reduce((sum, { total }) => sum + total, 0);
    chosen.push({ ...scenario, batches: () => counted(scenario.batches(), onRows, before) });
  }
  if (format === "parquet") {
    return { pieces: rowsParquet(INSTRUMENT_COLUMNS, rowsOf(chosen),
      { run_id: run.run_id, sign_off: signOffText(run.sign_off) }) };
  }
  const rows = chosen[0]?.total ?? 0;
  if (rows > SHEET_ROWS) {
    throw invalid("format", `a sheet holds ${SHEET_ROWS} instruments and the version has ${rows}; ` +
      "parquet has no such bound.");
  }
  return { pieces: await reportOf(run, format === "xlsx" ? format : "pdf", template, chosen) };
}

/** The name of a run's file; of the templates, "internal" is the one that needs no name. */
export const reportName = (
  run: Pick<RunDetail, "run_id">, format: string, template: ReportTemplate,
): string => `todiscope-run-${run.run_id.slice(0, 8)}${
  template === "internal" ? "" : `-${template}`}.${format}`;

/** The report of a run as PDF or workbook, with what each instrument comes to where asked. */
export async function reportOf(
  run: RunDetail, format: "pdf" | "xlsx", template: ReportTemplate,
  scenarios: readonly RunScenario[] = [],
): Promise<AsyncGenerator<Uint8Array>> {
  const report = runReport(run, await extrasOf(run), template);
  if (format === "xlsx") return reportXlsx(report, scenarios.map(instrumentSheet));
  return pdfOf(report, template === "board");
}

const invalid = (path: string, message: string): AppError => new AppError("PARAMETERS_INVALID",
  { message: `${path}: ${message}`, errors: [{ path, message }] });

/** The scenarios whose instruments go into the file. */
function chosenIds({ stress_scenarios: all }: RunParameters, query: Query): string[] {
  if (query.format !== "xlsx" && query.format !== "parquet") return [];
  if (query.scenario_id !== undefined) return [query.scenario_id];
  return query.format === "xlsx" ? [] : all.map((scenario) => scenario.scenario_id);
}

const amountColumn = (key: string, label: string): Column =>
  ({ key, label, type: "amount", isSummed: true });
const INSTRUMENT_COLUMNS: readonly Column[] = [
  { key: "scenario_id", label: "Scenario", type: "text" },
  { key: "row", label: "Row", type: "count" }, { key: "part", label: "Part", type: "count" },
  { key: "instrument_id", label: "Instrument", type: "text" },
  amountColumn("outstanding", "Outstanding"),
  amountColumn("collateral_value", "Collateral"),
  amountColumn("stressed_collateral_value", "Collateral after"),
  amountColumn("collateral_shortfall", "Shortfall"),
  amountColumn("stressed_collateral_shortfall", "Shortfall after"),
  amountColumn("shortfall_increase", "Shortfall increase"),
  amountColumn("default_risk_buffer", "Default buffer"),
  { key: "normalized_record_id", label: "Record", type: "text", weight: 1.7 },
];

async function* rowsOf(scenarios: readonly RunScenario[]): AsyncGenerator<Cell[][]> {
  for (const { scenarioId, batches } of scenarios) {
    for await (const items of batches()) {
      yield items.map((item) => INSTRUMENT_COLUMNS.map(({ key }) => key === "scenario_id"
        ? scenarioId : item[key as keyof typeof item]));
    }
  }
}

const instrumentSheet = (scenario: RunScenario): RowSheet =>
  ({ title: "Instruments", columns: INSTRUMENT_COLUMNS, batches: rowsOf([scenario]) });

function runCsv(run: RunDetail): string {
  const lines = [["section", "scenario_id", "figure", "value", "unit", "evidence_id"]];
  const unitOf = (figure: string): string => /^interest_rate_(delta_)?pct$/.test(figure) ? "points"
    : /_pct$/.test(figure) ? "fraction" : /ratio|score/.test(figure) ? "ratio" : /count/.test(figure) ? "count" : run.base_currency;
  const figures = (section: string, scenario: string, values: object, evidence: string): void => {
    for (const [figure, value] of Object.entries(values)) {
      if (typeof value !== "number") continue;
      lines.push([section, scenario, figure, String(value), unitOf(figure), evidence]);
    }
  };
  const facts = { run_id: run.run_id, dataset_version_id: run.dataset_version_id,
    dataset: run.dataset_name, started_at: run.started_at, content_hash: run.content_hash ?? "",
    engine: `${run.engine_id} ${run.engine_version}`, sign_off: run.sign_off.state };
  for (const [fact, value] of Object.entries(facts)) lines.push(["run", "", fact, value, "", ""]);
  for (const { step, signed_by: by, signed_at: at } of run.sign_off.steps) {
    lines.push(["sign_off", "", step, `${at} by ${by}`, "", ""]);
  }
  figures("debt_exposure", "", run.report.debt_exposure, run.debt_exposure_evidence_id);
  for (const stress of run.report.stress_tests) {
    figures("stress_test", stress.scenario_id, stress,
      run.stress_test_evidence_ids[stress.scenario_id] ?? "");
  }
  for (const finding of run.material_findings) {
    lines.push(["finding", finding.scenario_id ?? "", "materiality", finding.materiality, "",
      finding.id]);
    lines.push(["finding", finding.scenario_id ?? "", "threshold", String(finding.threshold),
      run.base_currency, finding.id]);
  }
  return lines.map((cells) => csvLine(cells)).join("");
}
