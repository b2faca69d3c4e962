import type {
  Assumption, DebtExposure, Finding, GroupDimension, RunParameters, StressResult,
} from "@/lib/risk";
import { cellText, type Cell, type Column, type Report, type Section } from "./model";
import { runNarrative, type RunBackground } from "./narrative";
import { signOffSection, signOffStatus, signOffText, type SignOffDocument } from "./sign-off";

/** A recorded run, as the API gives it. */
export type RunDocument = {
  run_id: string; dataset_version_id: string; dataset_name: string;
  dataset_version_number: number; base_currency: string; as_of: string | null;
  content_hash: string | null; started_at: string; recorded_at: string; recorded_by: string;
  engine_id: string; engine_version: string;
  debt_exposure_evidence_id: string;
  stress_test_evidence_ids: Readonly<Record<string, string>>;
  group_evidence?: readonly {
    key: { readonly [dimension in GroupDimension]?: string | null }; evidence_id: string;
  }[];
  material_findings: readonly (Omit<Finding, "metric" | "confidence"> &
    { id: string; metric: string; confidence: string })[];
  report: {
    metadata: { warnings: readonly string[]; parameters: RunParameters };
    debt_exposure: DebtExposure;
    stress_tests: readonly StressResult[];
  };
  assumptions: readonly (Omit<Assumption, "sensitivity" | "details"> & { sensitivity: string })[];
  sign_off: SignOffDocument;
};

export const text = (key: string, label: string, weight = 1): Column =>
  ({ key, label, type: "text", weight });
export const amount = (key: string, label: string, formula?: string): Column =>
  ({ key, label, type: "amount", ...(formula && { formula }) });

/** Section 1's figures by name: label and type. */
export const EXPOSURE_FIGURES: readonly (readonly [
  keyof DebtExposure, string, "amount" | "points" | "ratio" | "count"])[] = [
  ["total_outstanding", "Total outstanding", "amount"],
  ["interest_rate_pct", "Interest rate, weighted (points)", "points"],
  ["interest_payment", "Interest payment per year", "amount"],
  ["collateral_value", "Collateral value", "amount"],
  ["collateral_shortfall", "Collateral shortfall", "amount"],
  ["collateral_coverage_ratio", "Collateral coverage ratio", "ratio"],
  ["assets_value", "Assets value", "amount"],
  ["leverage_ratio", "Leverage ratio", "ratio"],
  ["distressed_asset_value", "Distressed asset value", "amount"],
  ["distressed_asset_recovery", "Distressed asset recovery", "amount"],
  ["distressed_asset_recovery_ratio", "Distressed asset recovery ratio", "ratio"],
  ["distressed_asset_count", "Distressed assets", "count"],
  ["net_exposure_after_recovery", "Net exposure after recovery", "amount"],
];

export function versionFacts(run: RunDocument): [string, string][] {
  return [
    ["Dataset version", `${run.dataset_name}, version ${run.dataset_version_number}`],
    ["As of", run.as_of ?? "not stated"],
    ["Dataset version id", run.dataset_version_id],
    ["Content hash", run.content_hash ?? "none recorded"],
  ];
}

/** A run as a report: the same figures as its page and the API's answer. */
export function runReport(run: RunDocument, background: RunBackground): Report {
  const { parameters } = run.report.metadata;
  return {
    title: `Stress test of ${run.dataset_name}, version ${run.dataset_version_number}`,
    summary: runNarrative(run, background).map(({ text }) => text).join(" "),
    status: signOffStatus(run.sign_off),
    currency: run.base_currency,
    datedAt: run.started_at,
    facts: [
      ...versionFacts(run),
      ["Sign-off", signOffText(run.sign_off)],
      ["Run", run.run_id],
      ["Started at", run.started_at],
      ["Recorded", `${run.recorded_at} by ${run.recorded_by}`],
      ["Engine", `${run.engine_id} ${run.engine_version}`],
      ["Netting", parameters.netting],
      ["Amounts in", run.base_currency],
    ],
    sections: [
      findings(run), exposure(run), stress(run), scenarios(run),
      ...(run.group_evidence ? [groups(run)] : []),
      warnings(run), assumptions(run), signOffSection(run.sign_off), evidence(run),
      verification(run),
    ],
  };
}

function findings(run: RunDocument): Section {
  const line = run.material_findings.find((finding) => finding.category === "stress_test");
  const material = new Set(run.material_findings.flatMap((finding) =>
    finding.is_material && finding.scenario_id !== undefined ? [finding.scenario_id] : []));
  const losses = run.report.stress_tests;
  return {
    title: "Findings",
    ...(losses.length > 0 && { chart: {
      title: `Loss by scenario, ${run.base_currency}`,
      bars: losses.map((stress) => ({ label: stress.scenario_id, value: stress.loss_estimate,
        isMarked: material.has(stress.scenario_id) })),
      lines: line ? [{ label: "materiality line", value: line.threshold }] : [],
    } }),
    table: {
      columns: [text("title", "Finding", 1.6), text("scenario", "Scenario"),
        text("metric", "Figure", 1.2), amount("value", "Value"), amount("threshold", "Line"),
        text("materiality", "Materiality", 0.7),
        { key: "score", label: "Impact score", type: "ratio" }, text("id", "Finding id", 1.7)],
      rows: run.material_findings.map((finding): Cell[] => [finding.title,
        finding.scenario_id ?? null, finding.metric, finding.value, finding.threshold,
        finding.materiality.replaceAll("_", " "), finding.impact_score, finding.id]),
    },
  };
}

function exposure(run: RunDocument): Section {
  const figures = run.report.debt_exposure;
  const { total_outstanding: owed, collateral_shortfall: gap,
    net_exposure_after_recovery: net } = figures;
  return {
    title: "Exposure",
    chart: { title: `From what is owed to what is not covered, ${run.base_currency}`, bars: [
      { label: "Outstanding", value: owed },
      { label: "Covered by collateral", from: owed, value: gap },
      { label: "Expected recovery", from: gap, value: net },
      { label: "Net exposure", value: net },
    ] },
    table: {
      columns: [text("figure", "Figure", 1.4), text("name", "Name in the API", 1.4),
        amount("value", "Value"), text("evidence", "Evidence id", 1.4)],
      rows: EXPOSURE_FIGURES.map(([key, label]) =>
        [label, key, figures[key], run.debt_exposure_evidence_id]),
      rowTypes: EXPOSURE_FIGURES.map(([, , type]) => type),
    },
  };
}

function stress(run: RunDocument): Section {
  const { total_outstanding: owed, net_exposure_after_recovery: net } = run.report.debt_exposure;
  return {
    title: "Stress results",
    paragraphs: ["The loss is the stressed net exposure less the net exposure before, never " +
      "below 0. The interest shock raises the cost of debt, not the loss."],
    table: {
      columns: [text("scenario", "Scenario"), amount("interest", "Interest per year"),
        amount("collateral", "Collateral after"), amount("recovery", "Recovery after"),
        amount("buffer", "Default buffer"), amount("stressed", "Net stressed"),
        amount("net", "Net before"), amount("loss", "Loss", "MAX(0,{stressed}-{net})"),
        amount("owed", "Outstanding"),
        { key: "score", label: "Impact score", type: "ratio",
          formula: "MIN(1,{loss}/MAX(1,{owed}))" }],
      rows: run.report.stress_tests.map((test): Cell[] => [test.scenario_id,
        test.interest_payment, test.collateral_value, test.distressed_asset_recovery,
        test.default_risk_buffer, test.net_exposure_after_recovery, net, test.loss_estimate, owed,
        test.impact_score]),
    },
  };
}

function scenarios(run: RunDocument): Section {
  const { parameters } = run.report.metadata;
  const share = (key: string, label: string): Column => ({ key, label, type: "share" });
  return {
    title: "Scenarios and parameters",
    paragraphs: [
      `Netting: ${parameters.netting}. A net exposure is material from ` +
      `${cellText(parameters.net_exposure_materiality_threshold_pct, "share")} of outstanding, ` +
      `a loss from ${cellText(parameters.stress_loss_materiality_threshold_pct, "share")}.`,
      ...(parameters.group_by ? [`Grouped by ${parameters.group_by.join(" and ")}.`] : []),
    ],
    table: {
      columns: [text("scenario", "Scenario"), text("description", "Description", 2.4),
        { key: "interest", label: "Interest rate (points)", type: "points" },
        share("collateral", "Collateral market"), share("recovery", "Recovery"),
        share("default", "Default risk"), text("segments", "Segment shocks", 1.6)],
      rows: parameters.stress_scenarios.map((each): Cell[] => [each.scenario_id, each.description,
        each.interest_rate_delta_pct, each.collateral_market_impact_pct,
        each.recovery_degradation_pct, each.default_risk_increment_pct,
        each.segment_shocks ? JSON.stringify(each.segment_shocks) : null]),
    },
  };
}

const groupName = (key: { readonly [dimension: string]: string | null | undefined }): string =>
  Object.entries(key).map(([dimension, value]) => `${dimension}: ${value ?? "none"}`).join(", ");

function groups(run: RunDocument): Section {
  return {
    title: "Groups",
    paragraphs: ["The largest outstanding first; each group's figures are in its evidence."],
    table: { columns: [text("group", "Group"), text("evidence", "Evidence id")],
      rows: (run.group_evidence ?? []).map(({ key, evidence_id: id }) => [groupName(key), id]) },
  };
}

const warnings = (run: RunDocument): Section => ({
  title: "Warnings",
  paragraphs: ["What was left out or replaced when the figures were added up."],
  table: { columns: [text("warning", "Warning")],
    rows: run.report.metadata.warnings.map((warning) => [warning]) },
});

const assumptions = (run: RunDocument): Section => ({
  title: "Assumptions",
  table: {
    columns: [text("description", "Assumption", 2.4), text("impact", "Impact", 2),
      text("source", "Source", 1.4), text("sensitivity", "Sensitivity", 0.7)],
    rows: run.assumptions.map(({ description, impact, source, sensitivity }) =>
      [description, impact, source, sensitivity]),
  },
});

function evidence(run: RunDocument): Section {
  return {
    title: "Evidence",
    table: {
      columns: [text("of", "Evidence of"), text("id", "Id", 1.4)],
      rows: [["Exposure", run.debt_exposure_evidence_id],
        ...run.report.stress_tests.map(({ scenario_id: id }): Cell[] =>
          [`Scenario ${id}`, run.stress_test_evidence_ids[id] ?? null]),
        ...(run.group_evidence ?? []).map(({ key, evidence_id: id }): Cell[] =>
          [`Group ${groupName(key)}`, id])],
    },
  };
}

function verification(run: RunDocument): Section {
  return {
    title: "How to verify this report",
    paragraphs: [
      "Each piece of evidence was hashed when it was recorded: its content as canonical JSON " +
      "(RFC 8785), and SHA-256 of that text beside it. One digit changed gives another hash.",
      "1. Let the server recompute every hash and figure: POST /api/v3/evidence/verify with " +
      `{"dataset_version_id":"${run.dataset_version_id}"}. "ok": true says that nothing changed; ` +
      "otherwise first_bad names the first record that does not stand.",
      "2. Or run it again: POST /api/v3/engines/distressed-asset-debt-stress/run with the same " +
      `dataset_version_id, started_at ${run.started_at} and the parameters above. The same ` +
      "request gives the same bytes; a difference is refused with IMMUTABLE_EVIDENCE_MISMATCH.",
      "3. The content hash above is the Merkle root over the hashes of the version's records; " +
      `GET /api/v3/dataset-versions/${run.dataset_version_id}/manifest shows what it rests on.`,
      "4. Or without the server: its bundle (GET /api/v3/runs/" +
      `${run.run_id}/export?format=zip) holds the inputs, the proofs and a verifier that ` +
      "computes every number again with nothing but Node.",
      "5. Download this report again: the same run and sign-off give the same bytes.",
    ],
  };
}
