import type { Json } from "@/lib/kernel/canonical";
import { AMOUNT_LIMIT, AMOUNT_SCALE, amountFromUnits } from "@/lib/kernel/exact";
import { exposureOf, totalsToJson, type ExactTotals, type recordTotals } from "@/lib/risk";

type Added = ReturnType<typeof recordTotals>;

/** The largest sum of one record, in 1/10,000 units: what its columns of 64 bits can hold. */
const COLUMN_LIMIT = BigInt(AMOUNT_LIMIT) * BigInt(AMOUNT_SCALE);
const SUMS = ["outstanding", "collateral", "assets", "distressedValue"] as const;

/** A portfolio's amounts may each be within the limit and their sum beyond it. */
export function withinColumns(added: Added): Added {
  if (!added.ok) return added;
  const { totals } = added.value;
  const field = SUMS.find((name) => totals[name] > COLUMN_LIMIT || totals[name] < -COLUMN_LIMIT);
  return field === undefined ? added : { ok: false, error: { code: "AMOUNT_OUT_OF_RANGE",
    field: `sum of ${field}`, value: amountFromUnits(totals[field]) } };
}

/** The consolidated normalized record: the sum of a version in the shape of MODEL.md section 1. */
export function consolidatedPayload(
  totals: ExactTotals, records: number,
): { [member: string]: Json } {
  const exposure = exposureOf(totals);
  return {
    record_kind: "consolidated",
    records,
    instruments: totals.instrumentCount,
    financial: {
      debt: {
        total_outstanding: exposure.total_outstanding,
        interest_rate_pct: exposure.interest_rate_pct,
        collateral_value: exposure.collateral_value,
      },
      assets: { total: exposure.assets_value },
    },
    distressed_assets: {
      count: exposure.distressed_asset_count,
      value: exposure.distressed_asset_value,
      recovery: exposure.distressed_asset_recovery,
    },
    exact_units: totalsToJson(totals) as unknown as Json,
  };
}
