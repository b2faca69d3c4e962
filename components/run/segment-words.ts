import { groupValue, groupWord } from "@/components/dataset/words";
import { points, shock as shockText } from "@/components/ui/format";
import { SHOCK_NAMES } from "@/lib/risk";
import type { GroupDimension, GroupValue, SegmentShock, Shocks } from "@/lib/risk";

const SHORT: Record<keyof Shocks, string> = {
  interest_rate_delta_pct: "rate", collateral_market_impact_pct: "collateral",
  recovery_degradation_pct: "recovery", default_risk_increment_pct: "default risk",
};
/** Values that a sentence names; a longer list is counted. */
const NAMED = 4;

function valuesWords(dimension: GroupDimension, wanted: GroupValue | GroupValue[]): string {
  const values = (Array.isArray(wanted) ? wanted : [wanted])
    .map((value) => value === null ? "not given" : groupValue(dimension, value));
  const shown = values.length > NAMED
    ? [...values.slice(0, NAMED - 1), `${values.length - NAMED + 1} others`] : values;
  return shown.length === 1 ? shown[0] ?? ""
    : `${shown.slice(0, -1).join(", ")} or ${shown.at(-1)}`;
}

/** "Sector CRE, country Germany or France" */
export function segmentWords({ where }: SegmentShock): string {
  const parts = Object.entries(where).map(([dimension, wanted], index) => {
    const word = groupWord(dimension as GroupDimension);
    const noun = index === 0 ? word : word.charAt(0).toLowerCase() + word.slice(1);
    return `${noun} ${valuesWords(dimension as GroupDimension, wanted)}`;
  });
  return parts.join(", ");
}

/** "collateral −35 %, default risk +6 %": what of the four shocks the segment has for itself. */
export const segmentShockWords = (segment: SegmentShock): string => SHOCK_NAMES
  .flatMap((name) => {
    const value = segment[name];
    if (value === undefined) return [];
    const text = name === "interest_rate_delta_pct" ? points(value)
      : shockText(Number((value * 100).toFixed(8)));
    return [`${SHORT[name]} ${text}`];
  }).join(", ");

/** "Sector CRE: collateral −35 %" */
export const segmentSentence = (segment: SegmentShock): string =>
  `${segmentWords(segment)}: ${segmentShockWords(segment)}`;
