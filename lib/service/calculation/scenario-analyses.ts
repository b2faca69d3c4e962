import { assert } from "@/lib/kernel/assert";
import type { Result } from "@/lib/kernel/result";
import {
  BASE, cutColumns, marketsOf, segmentsOf, stressOfSums, sumMarkets, type PortfolioColumns,
} from "@/lib/portfolio";
import {
  attributeLoss, breakEvenFrontier, lossGrid, reverseStress, tornado, type Attribution,
  type FrontierPoint, type FrontierWay, type GridAxis, type LossGrid, type Netted, type Netting,
  type ReverseStress, type ReverseTarget, type Scenario, type StressResult, type TornadoBar,
} from "@/lib/risk";

type Frontier = { x: GridAxis; y: FrontierWay };

/** What analyses of a scenario ask, in canonical form, and what they answer. */
type Analyses = {
  "attribution": { request: { scenario: Scenario }; result: Attribution };
  "sensitivity": {
    request: { scenario: Scenario; grid?: { x: GridAxis; y: GridAxis } };
    result: { tornado: TornadoBar[]; grid?: LossGrid };
  };
  "reverse-stress": {
    request: { scenario: Scenario; target: ReverseTarget; frontier?: Frontier };
    result: ReverseStress & { frontier?: {
      x: GridAxis["shock"]; y: GridAxis["shock"]; points: FrontierPoint[];
    } };
  };
};
export type ScenarioAnalysis = keyof Analyses;
export type RequestOf<N extends ScenarioAnalysis> = Analyses[N]["request"];
export type ResultOf<N extends ScenarioAnalysis> = Analyses[N]["result"];

const ANALYSE: { [N in ScenarioAnalysis]: (
  netted: Netted, request: RequestOf<N>) => ResultOf<N> } = {
  "attribution": (netted, { scenario }) => attributeLoss(netted, scenario),
  "sensitivity": (netted, { scenario, grid }) => ({ tornado: tornado(netted, scenario),
    ...(grid ? { grid: checked(lossGrid(netted, scenario, grid.x, grid.y)) } : {}) }),
  "reverse-stress": (netted, { scenario, target, frontier }) => ({
    ...reverseStress(netted, scenario, target),
    ...(frontier ? { frontier: { x: frontier.x.shock, y: frontier.y.shock, points: checked(
      breakEvenFrontier(netted, scenario, target, frontier.x, frontier.y)) } } : {}) }),
};

/** An analysis of a scenario on a position that can be stressed; axes are the schema's to check. */
export const analyseScenario = <N extends ScenarioAnalysis>(
  netted: Netted, name: N, request: RequestOf<N>,
): ResultOf<N> => ANALYSE[name](netted, request);

function checked<T>(result: Result<T, string>): T {
  assert(result.ok, "axes were checked with the request");
  return result.value;
}

/** The same on a version's columns, for scenarios that shock segments: cut once, stressed often. */
export function analyseOnColumns<N extends ScenarioAnalysis>(
  columns: PortfolioColumns, netting: Netting, name: N, request: RequestOf<N>,
): ResultOf<N> {
  const cut = cutColumns(columns, [], segmentsOf([request.scenario]));
  const stress = (scenario: Scenario) => {
    const asked = { scenarios: [scenario], netting };
    return stressOfSums(columns, cut, asked,
      [sumMarkets(cut, marketsOf(cut, asked), 0, columns.debtCount)]).totals;
  };
  return analyseScenario({ exposure: stress(BASE).base, stress: (scenario) => {
    const { collateral_shortfall: _, ...result } = stress(scenario).scenarios[0] as
      StressResult & { collateral_shortfall: number };
    return result;
  } }, name, request);
}
