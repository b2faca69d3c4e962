import { EXPOSURE_GROUPS_LIMIT } from "@/lib/contract/facts";
import type { QueryOf } from "@/lib/contract/operations";
import { groupText, versionReport, type VersionDocument } from "@/lib/report/version-report";
import { reportXlsx } from "@/lib/report/xlsx";
import { KPI_NAMES } from "@/lib/risk";
import { findSealed, toVersion } from "../datasets/datasets";
import { getExposure } from "../datasets/exposure";
import { FILE_TYPES, type FileContent } from "../platform/exported-file";
import type { FileSource } from "../datasets/file-source";
import { getKpis } from "../kpis/kpis";
import { pdfOf } from "./report-pdf";
import { getQuality } from "../datasets/records";
import { csvLine, csvText } from "../platform/spreadsheet-text";

type Query = QueryOf<"exportVersion">;
type GroupColumn = NonNullable<Query["group_by"]>[number];

/** What a portfolio is looked at by, unless a grouping is asked for. */
const GROUPINGS: readonly (readonly GroupColumn[])[] = [["sector"], ["country"], ["dpd_bucket"]];
/** Groups by each of them that a file lists; of a grouping that is asked for, as many as can be. */
const LISTED_GROUPS = 10_000;
/** Row problems that a file names. */
const NAMED_PROBLEMS = 100;

/** A sealed version as a file: what its page shows, as the API's JSON, CSV, PDF or workbook. */
export async function versionFile(versionId: string, query: Query): Promise<FileSource> {
  const { format } = query;
  const { id, rawCount } = await findSealed(versionId);
  return { name: `todiscope-version-${id}.${format}`, type: FILE_TYPES[format], versionIds: [id],
    event: { type: "dataset_version.exported", subjectId: id, datasetVersionId: id,
      details: { format } },
    // A grouping that is asked for may have a group for every few rows.
    rows: query.group_by ? rawCount : 0,
    open: () => contentOf(id, query) };
}

async function contentOf(id: string, { format, group_by: groupBy }: Query): Promise<FileContent> {
  const document = await documentOf(id, groupBy);
  if (format === "json") return { text: `${JSON.stringify(document, null, 2)}\n` };
  if (format === "csv") return { text: versionCsv(document) };
  const report = versionReport(document);
  return { pieces: format === "pdf" ? pdfOf(report)
    : reportXlsx(report, []) };
}

async function documentOf(
  versionId: string, groupBy: GroupColumn[] | undefined,
): Promise<VersionDocument> {
  const version = toVersion(await findSealed(versionId));
  const id = version.dataset_version_id;
  const segments: VersionDocument["segments"][number][] = [];
  for (const columns of groupBy ? [groupBy] : GROUPINGS) {
    const { groups, group_count: count } = await getExposure(id, { group_by: [...columns],
      netting: "portfolio", limit: groupBy ? EXPOSURE_GROUPS_LIMIT : LISTED_GROUPS });
    // One group says what the total says, unless it was asked for.
    if (groupBy || groups.length > 1) segments.push({ group_by: columns, groups });
    if (count > groups.length) {
      version.warnings.push(`The ${groups.length.toLocaleString("en")} largest of `
        + `${count.toLocaleString("en")} groups by ${columns.join(", ")} are listed.`);
    }
  }
  return { version, kpis: await getKpis(id),
    quality: await getQuality(id, { limit: NAMED_PROBLEMS }), segments };
}

const HEAD = ["section", "group", "figure", "value", "unit"] as const;
type Line = readonly [string, string, string, string | number | null, string];

/** Each figure of a version as one line. */
function versionCsv(document: VersionDocument): string {
  const { version, kpis, quality, segments } = document;
  const currency = version.base_currency;
  const unitOf = (figure: string): string => figure.endsWith("_pct") ? "points"
    : figure.includes("ratio") ? "ratio" : figure.includes("count") ? "count" : currency;
  const facts = { dataset_version_id: version.dataset_version_id, dataset: version.dataset_name,
    number: version.number, as_of: version.as_of, content_hash: version.content_hash,
    file_sha256: version.source.sha256, sealed_at: version.sealed_at };
  const lines: Line[] = [
    ...Object.entries(facts).map(([name, value]): Line => ["version", "", name, value, ""]),
    ...Object.entries(version.counts).map(([name, value]): Line =>
      ["rows", "", name, value, "count"]),
    ...Object.entries(version.consolidated ?? {}).map(([name, value]): Line =>
      ["debt_exposure", "", name, value, unitOf(name)]),
    ...KPI_NAMES.map((name): Line => ["kpi", "", name, kpis[name].value,
      name === "portfolio_health" ? "of 10" : "per cent"]),
    ...kpis.buckets.map((each): Line => ["days_past_due", each.bucket, "balance", each.balance,
      currency]),
    ["quality", "", "score", quality.score, "of 100"],
    ...Object.entries(quality.problem_counts).map(([code, rows]): Line =>
      ["quality", code, "rows", rows, "count"]),
    ...segments.flatMap(({ group_by: columns, groups }) => groups.flatMap((group): Line[] =>
      (["count", "total_outstanding", "collateral_value", "collateral_shortfall"] as const)
        .map((figure) => [`by ${columns.join(", ")}`, groupText(group.key), figure,
          group[figure], unitOf(figure)]))),
    ...version.warnings.map((warning): Line => ["warning", "", "", warning, ""]),
  ];
  return [csvLine(HEAD), ...lines.map((line) => csvLine(line.map(csvText)))].join("");
}
