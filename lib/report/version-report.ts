import { KPI_FACTS, KPI_NAMES, type DebtExposure, type KpiName } from "@/lib/risk";
import { warningText } from "@/lib/risk/warning-text";
import { cellText, type Cell, type Column, type Report, type Section } from "./model";
import { amount, EXPOSURE_FIGURES, text } from "./run-report";

/** A judged KPI, as the API gives it. */
type Kpi = { value: number | null; reason: string | null; warning: number | null;
  critical: number | null; state: string };
type Exposed = Pick<DebtExposure, "total_outstanding" | "collateral_value" |
  "collateral_shortfall" | "collateral_coverage_ratio" | "distressed_asset_recovery">;

/** What a file of a dataset version is made of: the answers that its page shows. */
export type VersionDocument = {
  version: {
    dataset_version_id: string; dataset_name: string; base_currency: string; number: number;
    as_of: string | null; content_hash: string | null; sealed_at: string | null;
    created_by: string; source: { name: string | null; bytes: number; sha256: string };
    counts: { raw: number; normalized: number; rejected: number; eliminated: number;
      warnings: number };
    normalized_record_id: string | null; consolidated: DebtExposure | null;
    warnings: readonly string[];
  };
  kpis: { readonly [K in KpiName]: Kpi } & {
    evidence_id: string | null; receivable: number;
    buckets: readonly { bucket: string; balance: number | null; share_pct: number | null }[];
  };
  quality: {
    score: number | null; problem_counts: { readonly [code: string]: number };
    components: { accepted: number; completeness: number; validity: number; uniqueness: number;
      consistency: number } | null;
    problems: readonly { row: number; column: string | null; value: string | null; code: string;
      severity: string; message: string }[];
  };
  /** By one grouping after the other. */
  segments: readonly { group_by: readonly string[]; groups: readonly (Exposed & {
    key: { readonly [column: string]: string | null }; count: number })[] }[];
};

/** Groups of one grouping in a report to be read; JSON and CSV have all of them. */
const PRINTED_GROUPS = 200;

export const groupText = (key: { readonly [column: string]: string | null }): string =>
  Object.values(key).map((value) => value ?? "not given").join(", ");

function narrative({ version, kpis, quality }: VersionDocument): string[] {
  const { consolidated: exposure, base_currency: currency, counts } = version;
  if (!exposure || exposure.total_outstanding === 0) return ["Nothing is owed in this version."];
  const par90 = kpis.par90_pct.value;
  return [`${cellText(counts.normalized, "count")} records owe ` +
    `${cellText(exposure.total_outstanding, "amount")} ${currency}; ` +
    `${cellText(exposure.net_exposure_after_recovery, "amount")} ${currency} are not covered by ` +
    "collateral and expected recovery.",
  ...(par90 === null ? [] : [`${cellText(par90 / 100, "share")} are 90 days and more past due.`]),
  ...(quality.score === null ? [] : [`The data quality score is ${cellText(
    quality.score, "points")} of 100.`])];
}

/** A sealed dataset version as a report: the figures of its page and the API's answers. */
export function versionReport(document: VersionDocument): Report {
  const { version } = document;
  return {
    title: `${version.dataset_name}, version ${version.number}`,
    summary: narrative(document).join(" "),
    currency: version.base_currency,
    datedAt: version.sealed_at ?? "1980-01-01T00:00:00Z",
    facts: [
      ["Dataset version id", version.dataset_version_id],
      ["As of", version.as_of ?? "not stated"],
      ["Content hash", version.content_hash ?? "none recorded"],
      ["Sealed", `${version.sealed_at ?? "not sealed"}, imported by ${version.created_by}`],
      ["Source file", `${version.source.name ?? "without a name"}, ` +
        `${cellText(version.source.bytes, "count")} bytes`],
      ["SHA-256 of the file", version.source.sha256],
      ["Rows", `${cellText(version.counts.raw, "count")} read, ` +
        `${cellText(version.counts.normalized, "count")} normalized, ` +
        `${cellText(version.counts.rejected, "count")} left out`],
      ["Amounts in", version.base_currency],
    ],
    sections: [exposure(document), kpis(document), buckets(document),
      ...document.segments.map((each) => segment(each, version.base_currency)),
      quality(document), problems(document), warnings(document), verification(document)],
  };
}

function exposure({ version: { consolidated: figures, normalized_record_id: id } }:
  VersionDocument): Section {
  return {
    title: "Exposure",
    table: {
      columns: [text("figure", "Figure", 1.4), text("name", "Name in the API", 1.4),
        amount("value", "Value"), text("record", "Consolidated record", 1.4)],
      rows: figures === null ? []
        : EXPOSURE_FIGURES.map(([key, label]) => [label, key, figures[key], id]),
      rowTypes: figures === null ? [] : EXPOSURE_FIGURES.map(([, , type]) => type),
    },
  };
}

const points = (key: string, label: string): Column => ({ key, label, type: "points" });

const kpis = ({ kpis: found }: VersionDocument): Section => ({
  title: "Portfolio KPIs",
  paragraphs: ["In per cent, portfolio health in points of 10; judged by the dataset's limits" +
    `${found.evidence_id ? `; recorded as evidence ${found.evidence_id}` : ""}.`],
  table: { columns: [text("kpi", "KPI", 1.2), text("name", "Name in the API", 1.2),
    points("value", "Value"), points("warning", "Warning"), points("critical", "Critical"),
    text("state", "State", 0.7), text("reason", "Why there is none", 1.6)],
  rows: KPI_NAMES.map((name): Cell[] => [KPI_FACTS[name].label, name, found[name].value,
    found[name].warning, found[name].critical, found[name].state.replaceAll("_", " "),
    found[name].reason]) },
});

const buckets = ({ kpis: { buckets: found } }: VersionDocument): Section => ({
  title: "Days past due",
  table: { columns: [text("bucket", "Bucket"), { ...amount("balance", "Balance"), isSummed: true },
    points("share", "Share in per cent")],
  rows: found.map((each): Cell[] => [each.bucket, each.balance, each.share_pct]) },
});

function segment(
  { group_by: columns, groups }: VersionDocument["segments"][number], currency: string,
): Section {
  const shown = groups.slice(0, PRINTED_GROUPS);
  const name = columns.map((column) => column.replaceAll("_", " ")).join(" and ");
  return {
    title: `By ${name}`.slice(0, 31),
    paragraphs: shown.length === groups.length ? [] : [
      `The first ${shown.length} of ${groups.length} groups; JSON and CSV have all of them.`],
    ...(shown.length > 1 && shown.length <= 25 && { chart: {
      title: `Outstanding by ${name}, ${currency}`,
      bars: shown.map((each) => ({ label: groupText(each.key), value: each.total_outstanding })),
    } }),
    table: {
      columns: [...columns.map((column) => text(column, column.replaceAll("_", " "))),
        { key: "count", label: "Records", type: "count", isSummed: true },
        { ...amount("owed", "Outstanding"), isSummed: true },
        { ...amount("collateral", "Collateral"), isSummed: true },
        amount("shortfall", "Shortfall"), { key: "coverage", label: "Coverage", type: "ratio" }],
      rows: shown.map((each): Cell[] => [
        ...columns.map((column) => each.key[column] ?? "not given"), each.count,
        each.total_outstanding, each.collateral_value, each.collateral_shortfall,
        each.collateral_coverage_ratio]),
    },
  };
}

function quality({ quality: { score, components, problem_counts: counts } }:
  VersionDocument): Section {
  const share = (value: number): string => cellText(value, "share");
  return {
    title: "Data quality",
    paragraphs: [score === null ? "No score was recorded."
      : `Score ${cellText(score, "points")} of 100.` + (components === null ? ""
        : ` Complete ${share(components.completeness)}, valid ${share(components.validity)}, ` +
          `unique ${share(components.uniqueness)}, consistent ${share(components.consistency)}.`)],
    table: { columns: [text("code", "Problem", 1.6),
      { key: "rows", label: "Rows", type: "count", isSummed: true }],
    rows: Object.entries(counts).sort(([a], [b]) => a < b ? -1 : 1) },
  };
}

const problems = ({ quality: { problems: found } }: VersionDocument): Section => ({
  title: "Row problems",
  paragraphs: [found.length === 0 ? "No row has a problem."
    : `The ${found.length} worst; GET /dataset-versions/{id}/quality pages through all.`],
  table: { columns: [{ key: "row", label: "Row", type: "count" }, text("column", "Column"),
    text("value", "Value"), text("code", "Code", 1.4), text("severity", "Severity", 0.7),
    text("message", "What is wrong", 2.4)],
  rows: found.map((each): Cell[] => [each.row, each.column, each.value, each.code, each.severity,
    each.message]) },
});

const warnings = ({ version }: VersionDocument): Section => ({
  title: "Warnings",
  paragraphs: ["What was left out or replaced when the figures were added up."],
  table: { columns: [text("warning", "Warning")],
    rows: version.warnings.map((warning) => [warningText(warning)]) },
});

const verification = ({ version }: VersionDocument): Section => ({
  title: "How to verify this report",
  paragraphs: [
    "1. The content hash above is the Merkle root over the hashes of the version's records: GET " +
    `/api/v3/dataset-versions/${version.dataset_version_id}/manifest shows what it rests on, and ` +
    "/records/{record_id}/proof proves one row.",
    "2. The SHA-256 of the file is that of the tape as it was received: sha256sum of your copy " +
    "must give it.",
    "3. Let the server recompute every hash and figure: POST /api/v3/evidence/verify with " +
    `{"dataset_version_id":"${version.dataset_version_id}"}. "ok": true says that nothing changed.`,
    "4. Download this report again: the same state of the version and its limits gives the same " +
    "bytes.",
  ],
});
