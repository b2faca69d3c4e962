import { describe, expect, it } from "vitest";
import type { ResponseOf } from "@/lib/contract/operations";
import { DEFAULT_SCENARIOS, NO_SHOCKS } from "@/lib/risk";
import type { Shocks } from "@/lib/risk";
import { moneyScale } from "@/components/ui/format";
import type { Basis, InstrumentRow } from "./drill";
import {
  fineFormat, instrumentQuery, instrumentValue, listFigures, NOT_GIVEN, segmentsOf,
  segmentsQuery, shocksBehind,
} from "./drill";
import { payloadFields, payloadStake, portfolioItems } from "./payload";
import { fieldAt, lineMessage, otherMessages, runProblem, shockMessages } from "./run-problem";

type Group = ResponseOf<"getExposure">["groups"][number];
const SHOCKS = DEFAULT_SCENARIOS[1] as Shocks;
const CRASH: Basis = { shocks: SHOCKS, netting: "portfolio" };
const CALM: Basis = { shocks: NO_SHOCKS, netting: "portfolio" };

const group = (sector: string | null, outstanding: number, collateral: number): Group => ({
  key: { sector }, count: 1, total_outstanding: outstanding, collateral_value: collateral,
  distressed_asset_recovery: 0,
} as unknown as Group);

const NO_ROW = { stress_impact: null, distressed_recovery: 0 } as unknown as InstrumentRow;

describe("segmentsOf", () => {
  const groups = [group("CRE", 100, 80), group(null, 50, 90), group("SME", 60, 0)];

  it("shares a loss out so that the parts add up", () => {
    const { items, absorbed } = segmentsOf("loss", "sector", groups, 30.01, CRASH, 0.01);
    expect(items.reduce((sum, item) => sum + item.value, 0)).toBeCloseTo(30.01, 9);
    expect(absorbed).toBeCloseTo(170 * 0.25 + 210 * 0.05 - 30.01, 9);
    expect(items.find((item) => item.key === NOT_GIVEN)?.label).toBe("Not given");
  });

  it("keeps exposure figures as they are, largest first", () => {
    const { items, absorbed } = segmentsOf("outstanding", "sector", groups, 210, CALM, 0.1);
    expect(items.map((item) => item.value)).toEqual([100, 60, 50]);
    expect(absorbed).toBe(0);
  });

  it("says what the surplus of others covers of net exposure", () => {
    expect(segmentsOf("net", "sector", groups, 40, CALM, 0.1))
      .toMatchObject({ ownTotal: 80, absorbed: 40 });
  });

  it("shares a loss by instrument out by how much the loans' own shortfalls grow", () => {
    const byLoan = (name: string, before: number, after: number): Group => ({
      ...group(name, 100, 100), distressed_asset_recovery: 40,
      collateral_shortfall: before, stressed_shortfall: after } as Group);
    const basis: Basis = { shocks: SHOCKS, netting: "instrument" };
    const loans = [byLoan("CRE", 10, 30), byLoan("SME", 0, 10)];
    // Shortfalls grow by 20 and 10, buffers are 5 each; recoveries cover nobody's own loss.
    expect(segmentsOf("loss", "sector", loans, 20, basis, 0.1).items.map((item) => item.value))
      .toEqual([12.5, 7.5]);
    expect(segmentsOf("loss", "sector", loans, 52, basis, 0.1)).toMatchObject(
      { ownTotal: 40, absorbed: -12 });
    expect(segmentsOf("net", "sector", loans, 0, basis, 0.1)).toMatchObject(
      { ownTotal: 10, absorbed: 10 });
    // One loan's own: covered by 20 before, short of 5 after.
    const row = { ...NO_ROW, principal: 80, collateral_value: 100 };
    expect(instrumentValue("loss-collateral", row, basis)).toBeCloseTo(5, 9);
    expect(instrumentValue("loss-collateral", row, CRASH)).toBeCloseTo(25, 9);
    expect(segmentsQuery("sector", basis)).toEqual(
      { group_by: "sector", netting: "instrument", collateral_market_impact_pct: -0.25 });
  });

  it("shares nothing out of a driver that lowers the loss", () => {
    const { items } = segmentsOf("loss-collateral", "sector", groups, -5, CRASH, 0.1);
    expect(items.every((item) => item.value === 0)).toBe(true);
  });
});

describe("figures of a list", () => {
  const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);

  it("adds up to the shown figure, though each part rounds up", () => {
    const groups = [group("A", 53.12, 0), group("B", 53.12, 0), group("C", 52.76, 0)];
    const { items } = segmentsOf("loss", "sector", groups, 7.95, CRASH, 0.01);
    expect(sum(items.map((item) => Math.round(item.value * 100)))).toBe(796);
    expect(sum(items.map((item) => Math.round(item.shown * 100)))).toBe(795);
  });

  it("leaves to the others what the listed ones do not show", () => {
    const { shown, rest } = listFigures([1.26, 1.26], 5, true, 0.5);
    expect(shown).toEqual([1.5, 1.5]);
    expect(rest).toBe(2);
    expect(sum(listFigures([1.26, 1.26], 2.52, false, 0.5).shown)).toBe(2.5);
    expect(listFigures([1.26], null, false, 0.5)).toEqual({ shown: [1.5], rest: 0 });
  });
});

describe("instruments", () => {
  it("asks with the shocks behind the figure and the chosen segment", () => {
    expect(instrumentQuery("loss-default", "sector", NOT_GIVEN, CRASH)).toMatchObject({
      sort: "-stress_impact", sector: "null", collateral_market_impact_pct: 0,
      recovery_degradation_pct: 0, default_risk_increment_pct: 0.05 });
    expect(instrumentQuery("collateral", "obligor", null, CRASH))
      .toEqual({ limit: 6, sort: "-collateral_value" });
    expect(shocksBehind("net", CRASH)).toEqual(NO_SHOCKS);
  });

  it("never shows a small loss as zero", () => {
    const format = fineFormat(moneyScale(1e9, "EUR"));
    expect(format(4000)).toBe("<0.1");
    expect(format(0)).toBe("0.0");
    expect(format(12_340_000)).toBe("12.3");
    expect(format(80_000, 0)).toBe("<0.1");
  });
});

describe("payloads", () => {
  const portfolio = {
    record_kind: "portfolio",
    financial: { debt: { collateral_value: 500, instruments: [
      { name: "Loan", principal: 100, collateral_value: 70 }, { principal: -3 }] } },
    distressed_assets: [{ value: 200, recovery_rate_pct: 35 }],
  };

  it("takes a portfolio apart by the model's rules", () => {
    expect(portfolioItems(portfolio).map((item) => [item.label, item.stake])).toEqual([
      ["Loan", { outstanding: 100, collateral: 0, recovery: 0 }],
      ["Instrument 2", { outstanding: 0, collateral: 0, recovery: 0 }],
      ["Collateral of all debt", { outstanding: 0, collateral: 500, recovery: 0 }],
      ["Distressed asset 1", { outstanding: 0, collateral: 0, recovery: 70 }],
    ]);
    expect(portfolioItems({ record_kind: "instrument" })).toEqual([]);
  });

  it("reads a stake from instruments and distressed assets", () => {
    expect(payloadStake({ record_kind: "instrument", principal: 10, collateral_value: 4 }))
      .toEqual({ outstanding: 10, collateral: 4, recovery: 0 });
    expect(payloadStake({ record_kind: "distressed_asset", distressed_value: 50,
      recovery_rate_pct: 10 })).toEqual({ outstanding: 0, collateral: 0, recovery: 5 });
    expect(payloadStake(null)).toBeNull();
  });

  it("lists every leaf by its path", () => {
    expect(payloadFields({ a: { b: [1, { c: null }] }, d: "" })).toEqual([
      { name: "a.b[0]", value: "1" }, { name: "a.b[1].c", value: "-" }, { name: "d", value: "-" },
    ]);
  });
});

describe("runProblem", () => {
  const parameters = { stress_scenarios: [{ scenario_id: "a" }, { scenario_id: "b" }] };
  const refusal = (code: string, path?: string) => ({ code, message: "", requestId: "7f3a91c2",
    errors: path ? [{ path, message: "too much" }] : [] });

  it("puts messages at their fields", () => {
    const path = "parameters.stress_scenarios[1].recovery_degradation_pct";
    const problem = runProblem(refusal("PARAMETERS_INVALID", path), parameters);
    expect(shockMessages(problem, "b")).toEqual({ recovery_degradation_pct: "too much" });
    expect(shockMessages(problem, "a")).toEqual({});
    expect(otherMessages(problem)).toEqual([]);
    const line = runProblem(refusal("PARAMETERS_INVALID",
      "parameters.stress_loss_materiality_threshold_pct"), parameters);
    expect(lineMessage(line, "loss")).toBe("too much");
    expect(fieldAt("parameters.netting", parameters)).toEqual({ kind: "other" });
  });

  it("speaks of every refusal in words and keeps the request id", () => {
    expect(runProblem(refusal("DATABASE_UNAVAILABLE"), parameters)).toMatchObject({
      title: "The database did not answer.", requestId: "7f3a91c2", signIn: false,
      todo: "Your edits are kept. Try again." });
    expect(runProblem(refusal("AUTH_REQUIRED"), parameters).signIn).toBe(true);
    expect(runProblem(refusal("SOMETHING_NEW"), parameters).title)
      .toBe("The run was not recorded.");
  });
});
