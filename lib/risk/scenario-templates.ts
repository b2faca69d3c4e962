import type { Scenario } from "./types";

/** A built-in scenario to start from: where its sizes come from, and what it does not say. */
export type ScenarioTemplate = {
  template_id: string; name: string; scenario: Readonly<Scenario>; tags: readonly string[];
  origin: string; limits: string;
};

const ROUND = "Round orders of magnitude chosen for this library, not estimated from data.";
const NO_FORECAST = "Not a forecast, without a probability or a date.";

type Sizes = [rate: number, collateral: number, recovery: number, probability: number];

const template = (
  id: string, name: string, description: string,
  [rate, collateral, recovery, probability]: Sizes, tags: string[], origin: string, limits: string,
  segments: Pick<Scenario, "segment_shocks"> = {},
): ScenarioTemplate => Object.freeze({
  template_id: `template_${id}`, name,
  scenario: Object.freeze({
    scenario_id: id, description, interest_rate_delta_pct: rate,
    collateral_market_impact_pct: collateral, recovery_degradation_pct: recovery,
    default_risk_increment_pct: probability, ...segments,
  }),
  tags: Object.freeze(tags), origin: `${ROUND} ${origin}`, limits: `${NO_FORECAST} ${limits}`,
});

/**
 * Templates of the scenario library: rates in points, all else in fractions (MODEL.md section 2).
 * They are starting points whose sizes say "small", "middle" or "large"; none is a forecast.
 */
export const SCENARIO_TEMPLATES: readonly ScenarioTemplate[] = Object.freeze([
  template("mild", "Mild downturn", "Slight fall of values and recoveries.",
    [0.5, -0.05, -0.05, 0.01], ["severity", "mild"],
    "A third of the severe template, so that a portfolio can be seen to react at all.",
    "All drivers move together, which a real mild downturn need not do."),
  template("moderate", "Moderate downturn", "Clear fall of values and recoveries.",
    [1, -0.1, -0.1, 0.03], ["severity", "moderate"],
    "Between mild and severe; each shock about twice the mild one or more.",
    "The same shock for every loan, whatever its collateral, sector or country."),
  template("severe", "Severe downturn", "Deep fall of values and recoveries, many defaults.",
    [2, -0.25, -0.2, 0.08], ["severity", "severe"],
    "Collateral at the size of the engine's market crash, defaults at that of its default wave.",
    "One step without time: no second round, no workout, no recovery of markets."),
  template("rates_up", "Rates up", "Interest rates rise; values and recoveries hold almost.",
    [3, -0.03, 0, 0.01], ["rates"],
    "Three points stand for a fast rise; the small fall of collateral is what refinancing costs.",
    "The rate raises interest cost and not the loss by itself: see the model's limits."),
  template("property_crash", "Property crash", "Collateral loses a third of its value.",
    [0.5, -0.35, -0.15, 0.03], ["property", "collateral"],
    "A third off collateral is deep for homes and not unheard of for commercial property.",
    "Falls on all collateral alike; restrict it with segment shocks where only property is meant."),
  template("default_wave_deep", "Default wave", "Many defaults and poor recoveries.",
    [1, -0.1, -0.4, 0.12], ["defaults"],
    "Half as much again as the default probability of the engine's own default wave.",
    "The increment applies to all outstanding; who defaults is not said."),
  template("stagflation", "Stagflation", "Rates rise while the economy shrinks.",
    [4, -0.15, -0.2, 0.06], ["rates", "severity"],
    "The rates of Rates up and a point more, with falls between moderate and severe.",
    "Inflation that carries nominal property values is left out on purpose."),
  template("sector_shock", "Sector shock", "One sector is hit hard, all others slightly.",
    [0.5, -0.05, -0.05, 0.01], ["sector", "segments"],
    "The mild template for all, and the property crash for one sector; CRE stands for yours.",
    "Losses do not spread from the sector to others. A tape without the sector shows none of it.",
    { segment_shocks: [{ where: { sector: "CRE" }, collateral_market_impact_pct: -0.35,
      recovery_degradation_pct: -0.15, default_risk_increment_pct: 0.06 }] }),
]);
