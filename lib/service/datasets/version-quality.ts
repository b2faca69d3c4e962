import type { ResponseOf } from "@/lib/contract/operations";
import {
  BUILT_INS, DEFAULT_RULES, ruleInWords, toleranceInWords, type ControlTotals, type QualityReport,
  type RulesInForce, type ToleranceCheck, type Tolerances,
} from "@/lib/tape";

/** What a version is judged by: settled when it is received, and kept in its options. */
export type QualityInForce = RulesInForce & {
  tolerances: Tolerances; control: ControlTotals; accept?: { reason: string; by: string };
};
/** Of a version whose options say nothing of quality. */
export const NOTHING_ASKED: QualityInForce = { ...DEFAULT_RULES, tolerances: {}, control: {} };

/** The report as it is kept: `accepted` stands where a tolerance was exceeded and accepted. */
export type StoredQuality = QualityReport & {
  tolerances: ToleranceCheck[]; accepted: { reason: string; by: string } | null;
};

/** How a version was judged, in the words of the contract; rules of before are not known. */
export function judgementOf(
  stored: unknown, options: unknown,
): Pick<ResponseOf<"getQuality">, "components" | "rules" | "tolerances" | "accepted"> {
  const quality = stored as Partial<StoredQuality> | null;
  const inForce = (options as { quality?: QualityInForce } | null)?.quality;
  const counts = quality?.rule_counts ?? {};
  const codes = quality?.problem_counts ?? {};
  const reading = BUILT_INS.filter(({ rule }) => rule === null).map(({ id, description }) => ({
    id, description, severity: inForce?.reading[id as keyof typeof codes] ?? "warning" as const,
    words: null, broken: codes[id as keyof typeof codes] ?? 0 }));
  return {
    components: quality?.components ?? null,
    rules: !quality?.rule_counts ? [] : [
      ...(inForce ?? NOTHING_ASKED).rules.map((rule) => ({ id: rule.id,
        description: rule.description, severity: rule.severity, words: ruleInWords(rule),
        broken: counts[rule.id] ?? 0 })),
      ...reading],
    tolerances: (quality?.tolerances ?? []).map((check) =>
      ({ ...check, message: toleranceInWords(check) })),
    accepted: quality?.accepted ?? null,
  };
}
