import { EXPOSURE_GROUPS_LIMIT, type GroupColumn } from "@/lib/contract/facts";
import type { QueryOf, ResponseOf } from "@/lib/contract/operations";
import { amountFromUnits } from "@/lib/kernel/exact";
import type { GroupTotals } from "@/lib/portfolio";
import { exposureOf } from "@/lib/risk";
import { AppError } from "../platform/app-error";
import { findSealed } from "./datasets";
import { pool } from "../db/database";
import { groupStatement } from "../db/instrument-query";
import { runOnThreads } from "../calculation/threads";
import { COLUMNS_FROM, sharedColumns } from "./version-columns";

type Sums = { whole: GroupTotals; groups: GroupTotals[]; groupCount: number };
type Asked = { groupBy: readonly GroupColumn[]; limit: number | undefined };

/** Exposure in total and by one or two columns; each group by the same formulas. */
export async function getExposure(
  versionId: string, query: QueryOf<"getExposure">,
): Promise<ResponseOf<"getExposure">> {
  const version = await findSealed(versionId);
  const columns = query.group_by ?? [];
  const { netting, collateral_market_impact_pct: given } = query;
  if (netting === "portfolio" && given !== undefined) {
    const message = `collateral_market_impact_pct: ${given} needs netting=instrument`;
    throw new AppError("PARAMETERS_INVALID", { message, errors: [{
      path: "collateral_market_impact_pct", message: `${given} needs netting=instrument` }] });
  }
  const fall = given ?? 0;
  const asked = { groupBy: columns, limit: query.limit };
  const ofColumns = version.normalizedCount < COLUMNS_FROM ? null
    : await sumsOfColumns(version.id, asked, fall);
  const { whole, groups, groupCount } = ofColumns
    ?? await sumsOfRecords(version.id, asked, netting === "portfolio" ? null : fall);
  const exposed = (sums: GroupTotals): Exposed =>
    netting === "portfolio" ? exposureOf(sums.totals) : nettedByInstrument(sums);
  return {
    totals: exposed(whole),
    groups: groups.map((group) => ({
      key: Object.fromEntries(columns.map((column, index) =>
        [column, group.key[index] ?? null])),
      count: group.count,
      ...exposed(group),
    })),
    group_count: groupCount,
  };
}

/** More groups than an answer holds, and nothing says that the largest will do. */
function tooManyGroups(groupBy: readonly GroupColumn[], groups: number): AppError {
  const number = (count: number): string => count.toLocaleString("en");
  const message = `${groupBy.join(" and ")} makes ${number(groups)} groups; one answer holds `
    + `${number(EXPOSURE_GROUPS_LIMIT)}. Ask for the largest of them with limit, or group by fewer `
    + "values";
  return new AppError("PARAMETERS_INVALID", { message: `group_by: ${message}.`,
    errors: [{ path: "group_by", message }] });
}

type Exposed = ResponseOf<"getExposure">["totals"];

/** Exposure whose debts were netted one by one, by section 4. */
function nettedByInstrument(sums: GroupTotals): Exposed {
  const exposure = exposureOf(sums.totals);
  const shortfall = amountFromUnits(sums.shortfall);
  return {
    ...exposure,
    collateral_shortfall: shortfall,
    net_exposure_after_recovery: Math.max(0, shortfall - exposure.distressed_asset_recovery),
    stressed_shortfall: amountFromUnits(sums.stressedShortfall),
  };
}

/** Of the version's columns, in a thread; null without columns. @throws AppError */
async function sumsOfColumns(
  versionId: string, { groupBy, limit }: Asked, fall: number,
): Promise<Sums | null> {
  const shared = await sharedColumns(versionId);
  if (!shared) return null;
  const [sums] = await runOnThreads("groups", [{ shared, groupBy, fall,
    most: limit ?? EXPOSURE_GROUPS_LIMIT, isFirst: limit !== undefined }]);
  if (!sums?.ok) throw tooManyGroups(groupBy, sums?.error.groups ?? 0);
  return sums.value;
}

type GroupRow = { count: number; outstanding: string; outstanding_rate: string;
  collateral: string; assets: string; distressed: string; distressed_recovery: string;
  distressed_count: number; key_0?: string | null;
  key_1?: string | null; groups?: number; shortfall?: string; stressed_shortfall?: string };

/** The same of the version's records; without a fall nothing is netted by instrument. */
async function sumsOfRecords(
  versionId: string, { groupBy, limit }: Asked, fall: number | null,
): Promise<Sums> {
  const read = async (by: readonly GroupColumn[]): Promise<GroupRow[]> => {
    // One more than an answer holds would be read for nothing: each row says how many there are.
    const { text, values } = groupStatement(versionId, by, fall, limit ?? EXPOSURE_GROUPS_LIMIT);
    return (await pool().query<GroupRow>(text, values)).rows;
  };
  const [[whole], rows] = await Promise.all([read([]), groupBy.length > 0 ? read(groupBy) : []]);
  const groupCount = rows[0]?.groups ?? 0;
  if (limit === undefined && groupCount > rows.length) throw tooManyGroups(groupBy, groupCount);
  return { whole: totalsOf(whole as GroupRow, []), groupCount,
    groups: rows.map((row) => totalsOf(row, groupBy)) };
}

const totalsOf = (row: GroupRow, by: readonly GroupColumn[]): GroupTotals => ({
  key: by.map((_, index) => (index === 0 ? row.key_0 : row.key_1) ?? null),
  count: row.count,
  totals: {
    outstanding: BigInt(row.outstanding),
    outstandingTimesRate: BigInt(row.outstanding_rate),
    collateral: BigInt(row.collateral),
    assets: BigInt(row.assets),
    distressedValue: BigInt(row.distressed),
    distressedValueTimesRecovery: BigInt(row.distressed_recovery),
    distressedCount: row.distressed_count,
  },
  shortfall: BigInt(row.shortfall ?? 0),
  stressedShortfall: BigInt(row.stressed_shortfall ?? 0),
});
