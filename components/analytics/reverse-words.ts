import { nameInText } from "@/lib/risk/scenario-name";
import { compactNumber, number, ratio } from "@/components/ui/format";
import type { MoneyScale } from "@/components/ui/format";
import { MULTIPLIER_LIMIT } from "@/lib/risk";
import type { Crossing, ReverseTarget, UnreachableReason } from "@/lib/risk";

/** Why there is no multiplier, for people. */
export const UNREACHABLE: Record<UnreachableReason, string> = {
  TARGET_NOT_REACHED: `Not reached, not even at ${MULTIPLIER_LIMIT} times the shock`,
  NO_DEBT_OUTSTANDING: "Nothing is owed in this version",
  NO_ASSETS_VALUE: "The version states no assets, so it has no leverage",
};

/** "a loss of 5 % of what is owed" */
export function targetInWords({ metric, value }: ReverseTarget, scale: MoneyScale): string {
  switch (metric) {
    case "loss_share":
      return `a loss of ${compactNumber(value * 100, 2)}\u202f% of what is owed`;
    case "loss_estimate": return `a loss of ${scale.inWords(value)}`;
    case "coverage_ratio": return `a coverage of ${ratio(value)}`;
    case "leverage_ratio": return `a leverage of ${ratio(value)}`;
  }
}

const uncapitalized = (text: string): string => text.charAt(0).toLowerCase() + text.slice(1);

/** "0.19 times the market crash reaches a loss of 5 % of what is owed" */
export function reverseTitle(
  crossing: Crossing, name: string, target: ReverseTarget, scale: MoneyScale,
): string {
  const goal = targetInWords(target, scale);
  if (!crossing.reachable) {
    return crossing.reason === "TARGET_NOT_REACHED"
      ? `No multiple of the ${nameInText(name)} up to ${MULTIPLIER_LIMIT} reaches ${goal}`
      : `No break-even: ${uncapitalized(UNREACHABLE[crossing.reason])}`;
  }
  if (crossing.multiplier === 0) return `${goal.charAt(0).toUpperCase()}${goal.slice(1)} `
    + "is there without any shock";
  const times = number(crossing.multiplier, { decimals: crossing.multiplier < 0.1 ? 3 : 2 });
  return `${times} times the ${nameInText(name)} reaches ${goal}`;
}

/** A ratio as it is shown; unlimited leverage is said, not printed as Infinity. */
export const ratioText = (value: number): string =>
  Number.isFinite(value) ? ratio(value) : "unlimited";
