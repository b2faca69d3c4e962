import { describe, expect, it } from "vitest";
import type { NormalizedRecord } from "@/lib/kernel/record";
import {
  exposureOf, netByPortfolio, NO_SHOCKS, recordTotals, type Scenario,
} from "@/lib/risk";
import type { ScenarioFigures } from "./figures";
import { changesCsv, itemOf, leftOutOf, proFormaLines, type ChangedItem } from "./what-if";

const LOAN: NormalizedRecord = { record_kind: "instrument", instrument_id: "=L1", principal: 100,
  interest_rate_pct: 5, collateral_value: 80 };
const PORTFOLIO: NormalizedRecord = { record_kind: "portfolio",
  financial: { debt: { instruments: [{ name: "First", principal: 1, collateral_value: 2 }] } },
  distressed_assets: [{ name: "Hotel", value: 9, recovery_rate_pct: 40 }] };

describe("what a what-if may change", () => {
  it("is collateral and rate of a loan, recovery of a distressed asset", () => {
    expect(itemOf("id", {}, LOAN)?.actual).toStrictEqual(
      { collateral_value: 80, interest_rate_pct: 5, recovery_rate_pct: null });
    expect(itemOf("id:distressed_assets.0", {}, PORTFOLIO)).toMatchObject({ label: "Hotel",
      part: "distressed_assets.0", actual: { recovery_rate_pct: 40, collateral_value: null } });
    expect(itemOf("id:instruments.0", {}, PORTFOLIO)?.actual.collateral_value).toBe(2);
    expect(itemOf("id:instruments.1", {}, PORTFOLIO)).toBeNull();
    expect(itemOf("id", {}, PORTFOLIO)).toBeNull();
    expect(itemOf("id:debt", {}, LOAN)).toBeNull();
  });

  it("is written to a file that a spreadsheet cannot run", () => {
    const items = [itemOf("id", { collateral_value: 90 }, LOAN),
      itemOf("other:distressed_assets.0", { removed: true }, PORTFOLIO)] as ChangedItem[];
    expect(changesCsv(items).split("\r\n")).toStrictEqual([
      "record_id,part,instrument,field,actual,pro_forma", "id,,'=L1,collateral_value,80,90",
      "other,distressed_assets.0,Hotel,removed,no,yes", ""]);
  });
});

describe("the pro forma lines", () => {
  const totals = recordTotals(LOAN);
  if (!totals.ok) throw new Error(totals.error.code);
  const netted = netByPortfolio(exposureOf(totals.value.totals));
  const rowOf = (scenario: Partial<Scenario>) => ({ scenario: {
    scenario_id: "plain", description: "", ...NO_SHOCKS, ...scenario } }) as ScenarioFigures;
  const rows = [rowOf({ collateral_market_impact_pct: -0.5 }), rowOf({ scenario_id: "by_sector",
    segment_shocks: [{ where: { sector: ["CRE"] }, collateral_market_impact_pct: -0.5 }] })];

  it("have no loss of a scenario that shocks segments, which is named instead", () => {
    const names = proFormaLines(netted, netted, rows).map(({ name }) => name);
    expect(names.filter((name) => name.endsWith(", loss"))).toStrictEqual(["Plain, loss"]);
    expect(leftOutOf(rows)).toStrictEqual(["By sector"]);
  });
});
