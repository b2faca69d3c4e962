import { fieldWord } from "@/components/dataset/words";
import { compactNumber, count, money, percent } from "@/components/ui/format";
import type { ResponseOf } from "@/lib/contract/operations";
import type { RuleOp, RuleSeverity } from "./rules-draft";

export type ToleranceCheck = ResponseOf<"getQuality">["tolerances"][number];

export const SEVERITY_WORDS: Record<RuleSeverity, string> = {
  off: "Ignored", warning: "Remark", error: "Row is left out",
};

export const OP_WORDS: Record<RuleOp, string> = {
  present: "is given", absent: "is not given", eq: "is", ne: "is not", lt: "is below",
  le: "is at most", gt: "is above", ge: "is at least", between: "is between", in: "is one of",
  not_in: "is none of", like: "looks like", in_column: "stands in another field",
};

const TOLERANCES: Record<ToleranceCheck["name"], string> = {
  max_rejected_pct: "Rows left out", max_problem_pct: "Rows with a problem",
  min_score: "Quality score", max_missing_pct: "Missing", expected_rows: "Rows expected",
  expected_principal: "Principal expected",
};

/** "Missing: Collateral value" */
export const toleranceWord = ({ name, field }: Pick<ToleranceCheck, "name" | "field">): string =>
  field === null ? TOLERANCES[name] : `${TOLERANCES[name]}: ${fieldWord(field)}`;

/** A tolerance's value in its unit. */
export function toleranceFigure(name: ToleranceCheck["name"], value: number): string {
  if (name === "expected_rows") return count(value);
  if (name === "expected_principal") return money(value);
  return name === "min_score" ? compactNumber(value, 1) : percent(value);
}

/** "at most 5 %" */
export function limitWords({ name, limit }: Pick<ToleranceCheck, "name" | "limit">): string {
  const figure = toleranceFigure(name, limit);
  if (name === "min_score") return `at least ${figure}`;
  return name.startsWith("max") ? `at most ${figure}` : figure;
}
