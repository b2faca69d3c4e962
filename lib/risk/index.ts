/** The calculation library's public verbs; MODEL.md has the formulas. */
export * from "./types";
export {
  recordTotals, TotalsAccumulator, totalsFromJson, totalsToJson, zeroTotals, type TotalsJson,
} from "./totals";
export { amountUnitsNumber, ExactSum, rateUnitsNumber } from "./exact-sum";
export { exposureOf, exposureWarnings } from "./exposure";
export {
  DEFAULT_SCENARIOS, lossUnder, netByPortfolio, NO_SHOCKS, scaleShocks, SHOCK_NAMES, stressOf,
  stressResult, type Netted,
} from "./stress";
export {
  canonicalParameters, DESCRIPTION_LIMIT, overrideScenarioIds, SCENARIO_ID_LIMIT, SCENARIO_LIMIT,
} from "./parameters";
export {
  MACRO_EXAMPLE, MACRO_VARIABLES, macroProblems, macroShocks,
  type MacroMapping, type MacroShock,
} from "./macro";
export { SCENARIO_TEMPLATES } from "./scenario-templates";
export { PARAMETER_BOUNDS } from "./parameter-reading";
export { isInSegment, orderedSegmentShocks, SEGMENT_SHOCK_LIMIT, shocksOn } from "./segment-shocks";
export { netByInstrument, securedDebts } from "./instrument-netting";
export { debtColumns, type SecuredDebts } from "./shortfall-curve";
export { atMarket, marketOf, Shortfalls } from "./shortfalls";
export { changedRecords, whatIf, type WhatIfBasis, type WhatIfChange } from "./what-if";
export { findingsOf } from "./findings";
export { assumptionsOf } from "./assumptions";
export { addedInterest, attributeLoss, DRIVERS, type Attribution } from "./attribution";
export {
  GRID_LIMIT, lossGrid, tornado, type GridAxis, type LossGrid, type TornadoBar,
} from "./sensitivity";
export {
  breakEvenFrontier, FRONTIER_LIMIT, type FrontierPoint, type FrontierWay,
} from "./frontier";
export {
  concentration, LISTED_HOLDINGS, SINGLE_NAME_LIMIT, type Concentration,
} from "./concentration";
export {
  countDefaults, creditPortfolio, LOSS_QUANTILES, simulateLosses, type CreditObligor,
  type CreditPortfolio,
} from "./credit-loss";
export {
  contributions, largestParts, lossStatistics, tailPaths, type Contribution, type LargestParts,
  type LossStatistics,
} from "./loss-statistics";
export {
  deviationOf, granularLoss, granularTail, variancePanels, variancePart, type GranularTail,
  type LossClasses, type ObligorColumns, type VariancePanel,
} from "./granular-loss";
export {
  DEFAULT_PD_FLOOR, IRB_CLASSES, irbCapital, irbCorrelation, irbTotals, type IrbCapital,
  type IrbClass, type IrbExposure, type IrbTotals,
} from "./irb";
export {
  NO_STRESS, projectBorrower, PROJECTION_PRESETS, type BorrowerDebt, type DscrStatus,
  type ProjectedMonth, type Projection, type ProjectionAssumptions, type Statements,
} from "./projection";
export { valueAtRisk, type SeriesError, type ValueAtRisk, type ValuePoint } from "./value-at-risk";
export {
  crossingOf, MULTIPLIER_LIMIT, reverseStress, type Crossing, type ReverseStress,
  type ReverseTarget, type UnreachableReason,
} from "./reverse";
export { allocateLoss, allocateUnits, standaloneLosses, type Stake } from "./allocation";
export {
  DEFAULT_KPI_LIMITS, DPD_BUCKETS, dpdBucket, KPI_GAPS, SEVERITIES, severityOf,
} from "./kpis";
export { isWrittenOff, KpiAccumulator, WRITTEN_OFF, type KpiSums } from "./kpi-sums";
export {
  KPI_FACTS, KPI_NAMES, KPI_SUMS, kpiGapText, nonPerforming, portfolioKpis,
  type KpiInputs, type KpiName, type PortfolioKpis,
} from "./portfolio-kpis";
export {
  kpiFindings, limitProblem, limitsOf, type KpiSettings, type LimitPair, type OwnLimits,
} from "./kpi-findings";
export {
  changeCounts, COLLATERAL_STEPS, collateralBridge, MATCH_KINDS, OUTSTANDING_STEPS,
  outstandingBridge, type Bridge, type ChangeCell, type MatchKind, type OutstandingStep,
} from "./version-bridge";
export {
  amountDifference, explainLoss, exposureChanges, LOSS_STEPS, parameterChanges, relativeChange,
  type LossStep,
} from "./run-comparison";
export { rollRates } from "./roll-rates";
export { CurrencySums } from "./currency-totals";
