import { SHOCK_NAMES, type SegmentShock, type Shocks } from "@/lib/risk";
import { cellText } from "./model";

const WORDS: { readonly [S in keyof Shocks]: string } = {
  interest_rate_delta_pct: "interest rate", collateral_market_impact_pct: "collateral market",
  recovery_degradation_pct: "recovery", default_risk_increment_pct: "default risk",
};

/**
 * What a segment gets beside a scenario's own shocks, with every value it names:
 * "sector CRE or SME, country DE: collateral market −40.00 %, interest rate 1.00 points".
 */
export function segmentText({ where, ...shocks }: SegmentShock): string {
  const named = Object.entries(where).map(([dimension, wanted]) =>
    `${dimension.replaceAll("_", " ")} ${[wanted].flat().map((value) => value ?? "none")
      .join(" or ")}`);
  const sizes = SHOCK_NAMES.flatMap((name) => {
    const size = shocks[name];
    if (size === undefined) return [];
    return [`${WORDS[name]} ${name === "interest_rate_delta_pct"
      ? `${cellText(size, "points")} points` : cellText(size, "share")}`];
  });
  return `${named.join(", ")}: ${sizes.join(", ")}`;
}
