import { scenarioName } from "@/lib/risk/scenario-name";
import { warningText } from "@/lib/risk/warning-text";
import type { DebtExposure } from "@/lib/risk";
import { cellText, type Cell, type Column, type Report, type Section } from "./model";
import { glossarySection } from "./glossary";
import { runNarrative, worstOf, type RunBackground } from "./narrative";
import type { RunDocument } from "./run-document";
import { segmentText } from "./segment-text";
import { signOffSection, signOffStatus, signOffText } from "./sign-off";

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

/** Who reads it: everything, what a supervisor asks for, or one page. */
export type ReportTemplate = "internal" | "regulator" | "board";
/** What a report shows beside the run. */
export type ReportExtras = RunBackground & {
  groups: readonly GroupFigures[];
  /** Changes of the dataset's KPI limits up to the run, newest first. */
  limitChanges: readonly LimitChange[];
};
export type LimitChange = {
  changed_at: string; changed_by: string; reason: string | null; changes: readonly string[];
};
/** What a group of a run comes to, as its evidence says. */
export type GroupFigures = {
  key: { readonly [dimension: string]: string | null }; evidence_id: string; count: number;
  base: { total_outstanding: number; collateral_value: number; collateral_shortfall: number };
  scenarios: readonly { scenario_id: string; allocated_loss: number }[];
};

const SECTIONS: Record<ReportTemplate, (run: RunDocument, extras: ReportExtras) => Section[]> = {
  internal: (run, extras) => [
    findings(run), exposure(run), stress(run), scenarios(run),
    ...(run.group_evidence ? [groups(run, extras)] : []), warnings(run), assumptions(run),
    limits(extras), signOffSection(run.sign_off), evidence(run), glossarySection(),
    verification(run)],
  regulator: (run, extras) => [
    signOffSection(run.sign_off), scenarios(run), assumptions(run), warnings(run), findings(run),
    exposure(run), stress(run), ...(run.group_evidence ? [groups(run, extras)] : []),
    limits(extras), evidence(run), verification(run), glossarySection()],
  board: (run) => [findings(run), signOffSection(run.sign_off)],
};
const SUBJECT: Record<ReportTemplate, string> = {
  internal: "Stress test of", regulator: "Stress test for the supervisor:", board: "Stress test of" };

/** A run as a report: the same figures as its page and the API's answer. */
export function runReport(
  run: RunDocument, extras: ReportExtras, template: ReportTemplate = "internal",
): Report {
  const { parameters } = run.report.metadata;
  const sentences = runNarrative(run, extras).map(({ text: said }) => said);
  return {
    title: `${SUBJECT[template]} ${run.dataset_name}, version ${run.dataset_version_number}`,
    summary: sentences.join(" "),
    sentences,
    tiles: tiles(run),
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
    sections: SECTIONS[template](run, extras),
  };
}

function tiles(run: RunDocument): NonNullable<Report["tiles"]> {
  const { total_outstanding: owed, net_exposure_after_recovery: net,
    collateral_value: collateral } = run.report.debt_exposure;
  const worst = worstOf(run);
  const material = run.material_findings.filter((finding) => finding.is_material).length;
  const share = (value: number): string =>
    owed > 0 ? `${cellText(value / owed, "share")} of it` : "nothing is owed";
  return [
    { label: `Outstanding, ${run.base_currency}`, value: cellText(owed, "amount"),
      note: `collateral ${share(collateral)}` },
    { label: `Net exposure, ${run.base_currency}`, value: cellText(net, "amount"),
      note: owed > 0 ? `${cellText(net / owed, "share")} of what is owed` : "nothing is owed" },
    { label: `Largest loss, ${run.base_currency}`,
      value: cellText(worst?.loss_estimate ?? null, "amount"),
      note: worst === null ? "no scenario was run" : `under "${scenarioName(worst.scenario_id)}"` },
    { label: "Material findings", value: cellText(material, "count"),
      note: `of ${run.material_findings.length} judged` },
  ];
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
      bars: losses.map((stress) => ({ label: scenarioName(stress.scenario_id),
        value: stress.loss_estimate, isMarked: material.has(stress.scenario_id) })),
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
        each.segment_shocks?.map(segmentText).join("; ") ?? null]),
    },
  };
}

const groupName = (key: { readonly [dimension: string]: string | null | undefined }): string =>
  Object.entries(key).map(([dimension, value]) => `${dimension}: ${value ?? "none"}`).join(", ");

/** Of how many scenarios a group's loss has a column of its own. */
const GROUP_LOSSES = 4;

function groups(run: RunDocument, { groups: all }: ReportExtras): Section {
  const stresses = run.report.stress_tests.length <= GROUP_LOSSES ? run.report.stress_tests
    : [...run.report.stress_tests].sort((one, other) => other.loss_estimate - one.loss_estimate)
      .slice(0, GROUP_LOSSES);
  const cut = stresses.length < run.report.stress_tests.length
    ? ` Of ${run.report.stress_tests.length} scenarios, the ${GROUP_LOSSES} with the largest loss.`
    : "";
  const figure = (key: string, label: string): Column =>
    ({ key, label, type: "amount", isSummed: true });
  return {
    title: "Groups",
    paragraphs: ["The largest outstanding first, with each group's share of the loss: the shares " +
      `add up to it.${cut}`],
    table: {
      columns: [text("group", "Group"),
        { key: "count", label: "Records", type: "count" }, figure("owed", "Outstanding"),
        figure("collateral", "Collateral"), figure("shortfall", "Shortfall"),
        ...stresses.map(({ scenario_id: id }, at) => figure(`loss${at}`, `Loss, ${id}`)),
        text("evidence", "Evidence id", 1.4)],
      rows: all.map((group): Cell[] => [groupName(group.key), group.count,
        group.base.total_outstanding, group.base.collateral_value, group.base.collateral_shortfall,
        ...stresses.map(({ scenario_id: id }) => group.scenarios.find((scenario) =>
          scenario.scenario_id === id)?.allocated_loss ?? null),
        group.evidence_id]),
    },
  };
}

const limits = ({ limitChanges }: ReportExtras): Section => ({
  title: "Changes of KPI limits",
  paragraphs: ["The limits of the dataset's KPIs up to this run: what was changed, and why."],
  table: {
    columns: [text("at", "Changed at", 0.9), text("by", "By"), text("changes", "Changes", 2),
      text("reason", "Reason", 2)],
    rows: limitChanges.map((change): Cell[] => [change.changed_at, change.changed_by,
      change.changes.join("; "), change.reason ?? "none was given"]),
  },
});

const warnings = (run: RunDocument): Section => ({
  title: "Warnings",
  paragraphs: ["What was left out or replaced when the figures were added up."],
  table: { columns: [text("warning", "Warning")],
    rows: run.report.metadata.warnings.map((warning) => [warningText(warning)]) },
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
