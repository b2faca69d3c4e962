import { ratesWords } from "@/components/dataset/currency-card";
import type { Version } from "@/components/dataset/types";
import { warningWords } from "@/components/dataset/words";
import { compactNumber, count, date, moneyWithCurrency, plural } from "@/components/ui/format";
import type { AnalysisTab } from "@/components/analytics/analysis-tabs";
import {
  assumptionsOf, canonicalParameters, overrideScenarioIds, type Assumption, type RunParametersInput,
} from "@/lib/risk";

/** A fact of the data in words, with what a reader has to be told of it. */
export interface BasisFact { key: string; value: string }

type Facts = Pick<Version, "as_of" | "base_currency" | "fx" | "currencies" | "counts"
  | "eliminated" | "legal_entities" | "status">;

/** What a version's figures were made of: the day, the currency, the rows that are in no figure. */
export function factsOf(version: Facts): BasisFact[] {
  const { counts, eliminated, fx, base_currency: base } = version;
  const others = version.currencies.filter(({ currency }) => currency !== base);
  const rates = Object.entries(fx?.rates ?? {})
    .map(([code, rate]) => `${code} ${compactNumber(rate, 10)}`).join(", ");
  return [
    { key: "As of", value: version.as_of ? date(version.as_of)
      : "The tape was imported without an as-of date" },
    { key: "Currency", value: fx === null || others.length === 0
      ? `All amounts are in ${base}; nothing was converted`
      : `Amounts in ${others.map(({ currency }) => currency).join(", ")} were converted to ${base}: `
        + `${rates} (${ratesWords(version)})` },
    { key: "Rows", value: `${count(counts.normalized)} of ${plural(counts.raw, "row")} were taken `
      + `in, ${count(counts.rejected)} were left out` },
    ...(eliminated ? [{ key: "Owed inside the group", value: `${moneyWithCurrency(
      eliminated.total_outstanding, base)} by ${plural(version.legal_entities.length, "own entity",
      "own entities")} is in no total` }] : []),
  ];
}

/** What was warned of when the version was sealed, in sentences; rows left out are a fact above. */
export const warningsOf = ({ warnings, counts }: Pick<Version, "warnings" | "counts">): string[] => [
  ...warnings.map(warningWords),
  ...(counts.warnings > 0 ? [`${plural(counts.warnings, "remark")} on rows that were kept.`] : []),
];

/** The assumptions of figures that no run recorded; none for parameters that cannot run. */
export function previewAssumptions(
  version: Pick<Version, "normalized_record_id" | "base_currency" | "fx">,
  input: RunParametersInput,
): Assumption[] {
  const parameters = canonicalParameters(input);
  if (!parameters.ok || version.normalized_record_id === null) return [];
  return assumptionsOf({
    normalizedRecordId: version.normalized_record_id,
    baseCurrency: version.base_currency,
    parameters: parameters.value,
    overrideScenarioIds: overrideScenarioIds(parameters.value),
    fxSource: version.fx === null ? null : ratesWords(version),
  });
}

/** What each analysis takes for granted, beside the data: sections 5 to 11 of the model. */
export const ANALYSIS_ASSUMPTIONS: Readonly<Record<AnalysisTab, readonly string[]>> = {
  sensitivity: [
    "In the tornado each shock stands alone and the others are 0; in the grid the others are those "
      + "of the scenario.",
    "The attribution is a Shapley value: no order of the shocks is taken for the true one.",
    "A shock on interest rates changes cost, not loss.",
  ],
  reverse: [
    "All shocks of the scenario grow in the same proportion, up to 20 times; collateral and "
      + "recovery stop at 0, beyond what a run would take.",
    "For one shock alone the others are 0; on the frontier they are those of the scenario.",
  ],
  "credit-loss": [
    "Borrowers depend on each other through one common factor (Gaussian copula).",
    "PD, LGD and exposure are those of the tape and do not move with the factor; loans without "
      + "PD or LGD are left out and named.",
    "Without a correlation of one's own it is that of Basel corporates, by PD.",
    "A simulation's figures carry a standard error; the closed form takes the book for infinitely "
      + "granular, so it misses what single names add.",
  ],
  concentration: [
    "Shares are of outstanding; collateral and recovery are not deducted.",
    "What has no value in the column counts as one name.",
    "The Gini coefficient has no correction for small numbers; a name above 15 % is flagged.",
  ],
  irb: [
    "Basel formulas at 99.9 % confidence without the scaling factor; retail has no maturity term.",
    "PD is not taken below the floor that is set; a defaulted exposure takes LGD less the best "
      + "estimate of its loss.",
    "Collateral counts only as far as LGD says so.",
  ],
  projection: [
    "Factors apply to the base figures; the market value reaches its factor at the horizon, in a "
      + "straight line.",
    "Longer collection and shorter payment periods cost cash once, in the first month.",
    "No new debt, no tax and no reaction of the borrower.",
  ],
  "value-at-risk": [
    "The past days are the days that may come: an empirical quantile, of at least 100 returns.",
    "Flows are taken out of a day's return; the month is chained from its days.",
  ],
  "past-due": [
    "Balances are those of the tape by days past due; provisions and collateral are not deducted.",
    "Roll rates compare loans that both versions hold, by their id; what was repaid or is new is "
      + "in none of them.",
  ],
};
