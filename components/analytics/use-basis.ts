"use client";

import { useMemo } from "react";
import { debounce, parseAsFloat, parseAsString, parseAsStringLiteral, useQueryStates } from "nuqs";
import { useNetted } from "@/components/run/use-netted";
import { moneyScale } from "@/components/ui/format";
import type { DatasetVersion } from "@/components/shell/current-version";
import {
  DEFAULT_SCENARIOS, NETTINGS, NO_SHOCKS, PARAMETER_BOUNDS, SCENARIO_ID_LIMIT, SHOCK_NAMES,
} from "@/lib/risk";
import type { DebtExposure, Netting, Scenario, Shocks } from "@/lib/risk";
import { LIBRARY, useLibrary } from "./use-library";

/** A scenario of no shocks, to be filled in. */
export const OWN = "own";
const WHEN_AT_REST = { limitUrlUpdates: debounce(250) };

/** One letter per shock, as links to the workbench have them. */
const LETTERS = {
  interest_rate_delta_pct: "r", collateral_market_impact_pct: "c",
  recovery_degradation_pct: "g", default_risk_increment_pct: "p",
} as const satisfies Record<keyof Shocks, string>;

const KEYS = {
  scenario: parseAsString.withDefault("market_crash"),
  netting: parseAsStringLiteral(NETTINGS).withDefault("portfolio"),
  r: parseAsFloat, c: parseAsFloat, g: parseAsFloat, p: parseAsFloat,
};

function baseOf(id: string): Scenario {
  const known = DEFAULT_SCENARIOS.find((scenario) => scenario.scenario_id === id);
  return known ? { ...known } : { scenario_id: OWN, description: "", ...NO_SHOCKS };
}

function bounded(name: keyof Shocks, value: number): number {
  const { low, high } = PARAMETER_BOUNDS[name];
  const inside = Math.min(high, Math.max(low, value));
  return inside === 0 ? 0 : inside;
}

/** What sensitivity and reverse stress look at: a sealed version, its netting, a scenario. */
export function useBasis(version: DatasetVersion, exposure: DebtExposure) {
  const [url, setUrl] = useQueryStates(KEYS);
  const { r, c, g, p } = url;
  const library = useLibrary(url.scenario);
  const taken = library.scenario;
  const base = useMemo(() => taken ?? baseOf(url.scenario), [taken, url.scenario]);
  const choice = url.scenario.startsWith(LIBRARY) ? url.scenario : base.scenario_id;
  const scenario = useMemo((): Scenario => {
    const given = { r, c, g, p };
    const shocks = SHOCK_NAMES.map((name) => {
      const value = given[LETTERS[name]];
      return [name, value === null ? base[name] : bounded(name, value)] as const;
    });
    return { ...base, ...Object.fromEntries(shocks) as Shocks };
  }, [base, r, c, g, p]);
  const isChanged = SHOCK_NAMES.some((name) => scenario[name] !== base[name]);
  const { by, gap } = useNetted(version.dataset_version_id, exposure,
    url.netting === "instrument" && base.segment_shocks === undefined);
  const largest = Math.max(exposure.total_outstanding, exposure.collateral_value);
  const scale = useMemo(
    () => moneyScale(largest, version.base_currency), [largest, version.base_currency]);
  return {
    version, exposure, base, scenario, isChanged, gap, scale, library, choice,
    /** The scenario's name, which says that its shocks are no longer what they were. */
    name: choice === OWN ? "own_scenario"
      : isChanged ? `changed_${base.scenario_id}`.slice(0, SCENARIO_ID_LIMIT) : base.scenario_id,
    netting: url.netting,
    netted: by(url.netting),
    setNetting: (netting: Netting) => void setUrl({ netting }, { history: "push" }),
    choose: (id: string) => void setUrl(
      { scenario: id, r: null, c: null, g: null, p: null }, { history: "push" }),
    setShock: (name: keyof Shocks, value: number) => void setUrl(
      { [LETTERS[name]]: value === base[name] ? null : value }, WHEN_AT_REST),
    setShocks: (shocks: Partial<Shocks>) => void setUrl(Object.fromEntries(
      Object.entries(shocks).map(([name, value]) => [LETTERS[name as keyof Shocks], value]))),
    reset: () => void setUrl({ r: null, c: null, g: null, p: null }),
  };
}

export type Basis = ReturnType<typeof useBasis>;

/** What an analysis asks the server: the scenario in full, under a name of its own. */
export const requestOf = ({ version, scenario, name, netting }: Basis) => ({
  dataset_version_id: version.dataset_version_id, netting,
  scenario: { ...scenario, scenario_id: name },
});
