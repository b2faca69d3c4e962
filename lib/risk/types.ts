/**
 * Exact totals of a dataset version, as integers (MODEL.md "Reproducible sums" and section 1).
 * Amounts in 1/10,000 currency units; products in 1/10,000 units x 1/1,000,000 points.
 */
export type ExactTotals = {
  outstanding: bigint;
  outstandingTimesRate: bigint;
  collateral: bigint;
  assets: bigint;
  distressedValue: bigint;
  distressedValueTimesRecovery: bigint;
  distressedCount: number;
  instrumentCount: number;
};

/** Section 1's results, in currency units, points and ratios. */
export type DebtExposure = {
  total_outstanding: number;
  interest_rate_pct: number;
  interest_payment: number;
  collateral_value: number;
  collateral_shortfall: number;
  collateral_coverage_ratio: number;
  assets_value: number;
  leverage_ratio: number;
  distressed_asset_value: number;
  distressed_asset_recovery: number;
  distressed_asset_recovery_ratio: number;
  distressed_asset_count: number;
  net_exposure_after_recovery: number;
};

/** The four shocks: points, then three fractions (MODEL.md section 2). */
export type Shocks = {
  interest_rate_delta_pct: number;
  collateral_market_impact_pct: number;
  recovery_degradation_pct: number;
  default_risk_increment_pct: number;
};

/**
 * What records can be grouped by and told apart by (section 4). `obligor` is the obligor's group,
 * else the obligor; `dpd_bucket` one of DPD_BUCKETS; `stage` "1", "2" or "3".
 */
export const GROUP_DIMENSIONS = ["asset_class", "sector", "country", "region", "currency", "rating",
  "stage", "dpd_bucket", "collateral_type", "obligor", "legal_entity", "obligor_id",
  "obligor_group", "status", "instrument_id"] as const;
export type GroupDimension = (typeof GROUP_DIMENSIONS)[number];

/** A record's value of one dimension; null when it has none. */
export type GroupValue = string | null;

/** The records whose value of every named dimension is the given one, or one of those given. */
export type SegmentWhere = { [D in GroupDimension]?: GroupValue | GroupValue[] };

/** Shocks of one segment (section 4): the last matching entry wins, field by field. */
export type SegmentShock = { where: SegmentWhere } & Partial<Shocks>;

/** Shocks with those of segments beside them, where segments differ. */
export type SegmentedShocks = Shocks & { segment_shocks?: SegmentShock[] };

/** A named set of shocks; `segment_shocks` is absent, never empty, where no segment differs. */
export type Scenario = { scenario_id: string; description: string } & SegmentedShocks;

/** A scenario as a caller gives it: what is absent takes the default's value, else 0. */
export type ScenarioInput = { scenario_id: string; description?: string } & Partial<Shocks>
  & { segment_shocks?: SegmentShock[] };

/** Section 2's results under one scenario. */
export type StressResult = Scenario & {
  interest_rate_pct: number;
  interest_payment: number;
  collateral_value: number;
  collateral_loss: number;
  distressed_asset_value: number;
  distressed_asset_loss: number;
  distressed_asset_recovery: number;
  default_risk_buffer: number;
  net_exposure_after_recovery: number;
  loss_estimate: number;
  impact_score: number;
};

/** Whose collateral covers whose debt (section 4): everybody's, or each instrument's its own. */
export const NETTINGS = ["portfolio", "instrument"] as const;
export type Netting = (typeof NETTINGS)[number];

/** Canonical run parameters: every default filled in, scenarios merged, in order. */
export type RunParameters = {
  net_exposure_materiality_threshold_pct: number;
  stress_loss_materiality_threshold_pct: number;
  netting: Netting;
  include_default_scenarios: boolean;
  stress_scenarios: Scenario[];
  /** One or two dimensions whose groups are evidence as well; absent when none are asked for. */
  group_by?: GroupDimension[];
};

/** Section 3: a judged figure, without the ids that a run gives it. */
export type Finding = {
  title: string;
  category: "debt_exposure" | "stress_test";
  metric: "net_exposure_after_recovery" | "loss_estimate";
  scenario_id?: string;
  description: string;
  value: number;
  threshold: number;
  is_material: boolean;
  materiality: "material" | "not_material";
  financial_impact_eur: number;
  impact_score: number;
  confidence: "medium";
};

/** Why a part of a record was skipped or replaced (section 1); never an error. */
export type RecordWarningCode =
  | "PRINCIPAL_NOT_POSITIVE"
  | "INTEREST_RATE_MISSING"
  | "INTEREST_RATE_NEGATIVE"
  | "RECOVERY_RATE_MISSING"
  | "DEBT_COLLATERAL_REPLACES_INSTRUMENTS"
  | "DEBT_TOTAL_REPLACED_BY_INSTRUMENTS";

/** One skip or substitution: `field` is a path inside the record, `value` what it held. */
export type RecordWarning = { code: RecordWarningCode; field: string; value: number | null };

/** An amount over 9e14, a rate over 9e9, or no number: the whole record is refused. */
export type AmountOutOfRange = { code: "AMOUNT_OUT_OF_RANGE"; field: string; value: number };

/** Warnings about a whole dataset version (section 1). */
export type ExposureWarning = "NO_DEBT_OUTSTANDING" | "NO_DISTRESSED_ASSETS";

/** Run parameters as a caller gives them; `canonicalParameters` checks and completes them. */
export type RunParametersInput = {
  net_exposure_materiality_threshold_pct?: number;
  stress_loss_materiality_threshold_pct?: number;
  netting?: Netting;
  include_default_scenarios?: boolean;
  stress_scenarios?: ScenarioInput[];
  group_by?: GroupDimension[];
};

/** One refused parameter: where it is, and what to write instead. */
export type ParameterProblem = { path: string; message: string };

/** Section 13: something the figures rest on. */
export type Assumption = {
  id: string;
  description: string;
  source: string;
  impact: string;
  sensitivity: "Low" | "Medium" | "High";
  details?: { [member: string]: string | string[] | null };
};

/** What can lose money in section 2; the interest shock raises cost, not loss. */
export type Driver = "collateral" | "recovery" | "default";
