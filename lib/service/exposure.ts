import type { GroupColumn } from "@/lib/contract/facts";
import type { QueryOf, ResponseOf } from "@/lib/contract/operations";
import { amountFromUnits } from "@/lib/kernel/exact";
import type { GroupTotals } from "@/lib/portfolio";
import { exposureOf } from "@/lib/risk";
import { AppError } from "./app-error";
import { findSealed } from "./datasets";
import { pool } from "./db/database";
import { groupStatement } from "./db/instrument-query";
import { runOnThreads } from "./threads";
import { COLUMNS_FROM, sharedColumns } from "./version-columns";

/** Groups that a thread hands over; the database answers for more, as it does for each row. */
const THREAD_GROUPS = 100_000;

type Sums = { whole: GroupTotals; groups: GroupTotals[] };

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
  const ofColumns = version.normalizedCount < COLUMNS_FROM ? null
    : await sumsOfColumns(version.id, columns, fall);
  const { whole, groups } = ofColumns
    ?? await sumsOfRecords(version.id, columns, netting === "portfolio" ? null : fall);
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
  };
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

/** Of the version's columns, in a thread; null without columns, or with very many groups. */
async function sumsOfColumns(
  versionId: string, groupBy: readonly GroupColumn[], fall: number,
): Promise<Sums | null> {
  const shared = await sharedColumns(versionId);
  if (!shared) return null;
  const [sums = null] = await runOnThreads("groups",
    [{ shared, groupBy, fall, groupLimit: THREAD_GROUPS }]);
  return sums;
}

type GroupRow = { count: number; outstanding: string; outstanding_rate: string;
  collateral: string; assets: string; distressed: string; distressed_recovery: string;
  distressed_count: number; key_0?: string | null;
  key_1?: string | null; shortfall?: string; stressed_shortfall?: string };

/** The same of the version's records; without a fall nothing is netted by instrument. */
async function sumsOfRecords(
  versionId: string, groupBy: readonly GroupColumn[], fall: number | null,
): Promise<Sums> {
  const sums = async (by: readonly GroupColumn[]): Promise<GroupTotals[]> => {
    const { text, values } = groupStatement(versionId, by, fall);
    return (await pool().query<GroupRow>(text, values)).rows.map((row) => totalsOf(row, by));
  };
  const [[whole], groups] = await Promise.all([
    sums([]), groupBy.length > 0 ? sums(groupBy) : []]);
  return { whole: whole as GroupTotals, groups };
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
