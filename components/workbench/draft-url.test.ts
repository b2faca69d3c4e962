import { describe, expect, it } from "vitest";
import { engineDraft, withAdded, withClone, withDefaults, withShock, withSwitch } from "./draft";
import type { Draft } from "./draft";
import { decodeScenarios, encodeScenarios, parseAsLine } from "./draft-url";
import { sharedLink } from "./share-link";

const setOf = ({ defaultsOn, scenarios }: Draft) => ({ defaultsOn, scenarios });

describe("scenarios in the address", () => {
  it("writes only what differs from the defaults", () => {
    expect(encodeScenarios(engineDraft())).toBe("{}");
    const edited = withShock(engineDraft(), "market_crash", "recovery_degradation_pct", -0.2);
    expect(encodeScenarios(edited)).toBe('{"s":[{"i":"market_crash","g":-0.2}]}');
    expect(encodeScenarios(withDefaults(engineDraft(), false))).toBe('{"d":0}');
    expect(encodeScenarios(withSwitch(engineDraft(), "default_wave", false)))
      .toBe('{"o":["default_wave"]}');
  });

  it("reads back what it wrote", () => {
    const clone = withClone(engineDraft(), "market_crash").draft;
    const own = withAdded(clone, "quiet").draft;
    const draft = withSwitch(withShock(own, "market_crash_2", "interest_rate_delta_pct", -1.25),
      "quiet", false);
    expect(decodeScenarios(encodeScenarios(draft))).toEqual(setOf(draft));
  });

  it("keeps a default's text that was emptied and a shock that was set to 0", () => {
    const draft = withShock(engineDraft(), "market_crash", "interest_rate_delta_pct", 0);
    expect(decodeScenarios(encodeScenarios(draft))).toEqual(setOf(draft));
  });

  it.each(["", "nonsense", "[]", "null", "3"])("refuses %j", (text) => {
    expect(decodeScenarios(text)).toBeNull();
  });

  it("leaves out and bounds what no engine would take", () => {
    const set = decodeScenarios(JSON.stringify({ s: [
      { i: "bad id" }, { i: "own", c: -50, p: "x", r: 1e9, t: "a".repeat(900) }, { i: "own", c: 1 },
      7, null,
    ] }));
    expect(set?.scenarios).toHaveLength(4);
    expect(set?.scenarios[3]?.scenario).toMatchObject({ scenario_id: "own",
      collateral_market_impact_pct: -1, default_risk_increment_pct: 0,
      interest_rate_delta_pct: 100 });
    expect(set?.scenarios[3]?.scenario.description).toHaveLength(500);
  });
});

describe("lines in the address", () => {
  it.each([["20", 0.2], ["5", 0.05], ["12.5", 0.125], ["0", 0], ["100", 1]])(
    "reads %s per cent as %d", (text, fraction) => {
      expect(parseAsLine.parse(text)).toBe(fraction);
      expect(parseAsLine.serialize(fraction)).toBe(text);
    });

  it.each(["", "x", "-1", "101", "NaN"])("refuses %j", (text) => {
    expect(parseAsLine.parse(text)).toBeNull();
  });
});

describe("sharedLink", () => {
  it("spells out what the state leaves open, whatever the address still says", () => {
    const link = new URL(sharedLink("https://x.test/workbench?drill=net&version=old", {
      url: { run: null, figures: "preview", scenario: null, scenarios: null, net: null, loss: null,
        netting: null, by: null, drill: "loss", group: "country", segment: null, instrument: "i1" },
      versionId: "v1", runId: "r1", scenarioId: "market_crash", draft: engineDraft() }));
    expect(Object.fromEntries(link.searchParams)).toEqual({ drill: "loss", group: "country",
      instrument: "i1", version: "v1", run: "r1", scenario: "market_crash", scenarios: "{}",
      net: "20", loss: "5", netting: "portfolio" });
  });
});

describe("segment shocks in a link", () => {
  const scenario = { scenario_id: "own", description: "", interest_rate_delta_pct: 0,
    collateral_market_impact_pct: -0.1, recovery_degradation_pct: 0, default_risk_increment_pct: 0,
    segment_shocks: [{ where: { sector: "CRE", country: ["DE", "FR"] },
      collateral_market_impact_pct: -0.35 }] };
  it("come back as they were", () => {
    const text = encodeScenarios({ defaultsOn: true, scenarios: [{ scenario, on: true }] });
    expect(decodeScenarios(text)?.scenarios.at(-1)?.scenario).toStrictEqual(scenario);
  });
  it("are left out where the engine would refuse them", () => {
    const bad = JSON.stringify({ s: [{ i: "own", w: [[{ planet: "Mars" }, { c: -0.1 }]] }] });
    expect(decodeScenarios(bad)?.scenarios.at(-1)?.scenario).not.toHaveProperty("segment_shocks");
  });
});
