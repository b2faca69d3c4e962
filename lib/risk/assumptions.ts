import type { Assumption, Netting, RunParameters } from "./types";

/** What the assumptions of one run name. */
export type AssumptionFacts = {
  /** Id of the consolidated normalized record. */
  normalizedRecordId: string;
  /** ISO 4217 code of the dataset version's base currency. */
  baseCurrency: string;
  parameters: RunParameters;
  /** See `overrideScenarioIds`. */
  overrideScenarioIds: readonly string[];
  /** Where the exchange rates came from; null when nothing was converted. */
  fxSource: string | null;
};

/** The assumptions that a run's figures rest on, in MODEL.md section 13's order. */
export function assumptionsOf(facts: AssumptionFacts): Assumption[] {
  return [
    {
      id: "assumption_interest_units",
      description: "Interest rates are annual and expressed as percentage points before "
        + "additional shocks.",
      source: "Engine design",
      impact: "Interest payment exposure scales linearly with the rate.",
      sensitivity: "Medium",
    },
    {
      id: "assumption_normalized_record_source",
      description: `Figures come from the consolidated normalized record `
        + `${facts.normalizedRecordId} of the sealed dataset version.`,
      source: "Normalization pipeline",
      impact: "Every figure can be traced through this record to the tape.",
      sensitivity: "Low",
      details: { normalized_record_id: facts.normalizedRecordId },
    },
    scenarioAssumption(facts),
    currencyAssumption(facts),
    {
      id: "assumption_static_balance",
      description: "The balance is static: no new business and no repayment during the shock.",
      source: "Engine design",
      impact: "Losses are instantaneous.",
      sensitivity: "Medium",
    },
    nettingAssumption(facts.parameters.netting),
    {
      id: "assumption_default_buffer",
      description: "The default risk buffer is a share of outstanding debt, not a model of "
        + "default probabilities.",
      source: "Engine design",
      impact: "The buffer adds to net exposure in full.",
      sensitivity: "Medium",
    },
  ];
}

function scenarioAssumption(facts: AssumptionFacts): Assumption {
  const overrides = facts.overrideScenarioIds;
  const defaults = facts.parameters.include_default_scenarios
    ? "The engine's default scenarios run" : "Only the given scenarios run";
  return {
    id: "assumption_stress_scenarios",
    description: overrides.length === 0
      ? `${defaults}, without overrides.`
      : `${defaults}, with these added or overridden: ${overrides.join(", ")}.`,
    source: "Engine defaults and provided parameters",
    impact: "Scenario shocks shape collateral, recovery and interest.",
    sensitivity: "High",
    details: { override_scenario_ids: [...overrides] },
  };
}

function currencyAssumption(facts: AssumptionFacts): Assumption {
  const rates = facts.fxSource === null
    ? "No exchange rates were used."
    : `Other currencies were converted with the rates of ${facts.fxSource}.`;
  return {
    id: "assumption_base_currency",
    description: `Amounts are in ${facts.baseCurrency}. ${rates}`,
    source: "Dataset version",
    impact: "Exchange rates scale all converted amounts.",
    sensitivity: "Medium",
    details: { base_currency: facts.baseCurrency, fx_source: facts.fxSource },
  };
}

function nettingAssumption(netting: Netting): Assumption {
  return {
    id: "assumption_netting",
    description: netting === "portfolio"
      ? "Netting is by portfolio: the excess collateral of one loan covers the shortfall of "
        + "another, which lenders usually cannot do."
      : "Netting is by instrument: each loan's collateral covers that loan alone; recoveries of "
        + "distressed assets cover any shortfall.",
    source: "Run parameters",
    impact: netting === "portfolio"
      ? "Portfolio netting understates the loss where collateral is uneven."
      : "Excess collateral counts for nothing, and cross-collateral agreements are not seen.",
    sensitivity: "High",
    details: { netting },
  };
}
