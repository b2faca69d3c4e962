import { MINUS } from "@/components/ui/format";
import type { Working } from "@/components/ui/worked";
import type { ResponseOf } from "@/lib/contract/operations";
import type { MatchKind, OutstandingStep } from "@/lib/risk";

export type Comparison = ResponseOf<"compareVersions">;

export const MATCH_WORDS: { readonly [M in MatchKind]: string } = {
  added: "Added", removed: "Removed", changed: "Changed", unchanged: "Unchanged",
  repeated: "Id used more than once", missing: "Without an id",
};

export const STEP_WORDS: { readonly [S in OutstandingStep]: string } = {
  new: "New", drawn: "Drawn", repaid: "Repaid", written_off: "Written off", removed: "Removed",
  not_comparable: "Not comparable",
};

/** "v3" */
export const sideName = ({ number }: Comparison["base"]): string => `v${number}`;

/** The instruments that changed in this way, in the comparison of the versions. */
export const changesHref = (
  { dataset_id: id, base, other }: Comparison, match?: MatchKind,
): string => {
  const pair = new URLSearchParams({ base: base.dataset_version_id,
    other: other.dataset_version_id, ...(match ? { match } : {}) });
  return `/datasets/${id}/compare?${pair.toString()}#instruments`;
};

const STEP_CHANGES: { readonly [S in OutstandingStep]: MatchKind | null } = {
  new: "added", drawn: "changed", repaid: "changed", written_off: "changed", removed: "removed",
  not_comparable: null,
};

/** How a step from one version's outstanding to the other's comes about. */
export function workedStep(
  comparison: Comparison, of: OutstandingStep, unit: string, format: (value: number) => string,
): Working {
  const { opening, steps } = comparison.outstanding;
  const at = steps.findIndex(({ step }) => step === of);
  const before = steps.slice(0, at).reduce((sum, { amount }) => sum + amount, opening.amount);
  const after = before + (steps[at]?.amount ?? 0);
  return { title: `${STEP_WORDS[of]}, of what is owed, ${unit}`,
    formula: `Outstanding after it ${MINUS} before it`,
    filled: `${format(after)} ${MINUS} ${format(before)}`,
    sources: [{ name: "Instruments", text: "those that changed",
      href: changesHref(comparison, STEP_CHANGES[of] ?? undefined) }] };
}
