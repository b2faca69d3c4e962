import type { BadgeState } from "@/components/ui/badge";
import type { ScenarioState } from "@/lib/contract/facts";
import { SCENARIO_STATES } from "@/lib/contract/facts";
import type { ResponseOf } from "@/lib/contract/operations";

export type LibraryScenario = ResponseOf<"getScenario">;
export type ScenarioVersion = LibraryScenario["latest"];
export type Template = ResponseOf<"listScenarioTemplates">["items"][number];

const STATES: Record<ScenarioState, { word: string; badge: BadgeState | null }> = {
  draft: { word: "Draft", badge: null },
  submitted: { word: "Waits for approval", badge: "warning" },
  approved: { word: "Approved", badge: "normal" },
  rejected: { word: "Rejected", badge: "critical" },
  retired: { word: "Retired", badge: "unknown" },
};

export const stateWord = (state: ScenarioState): string => STATES[state].word;
export const stateBadge = (state: ScenarioState): BadgeState | undefined =>
  STATES[state].badge ?? undefined;
export const STATE_OPTIONS = SCENARIO_STATES.map((value) => ({ value, label: stateWord(value) }));

const MEMBERS: Record<string, string> = {
  name: "name", description: "description", interest_rate_delta_pct: "interest rate",
  collateral_market_impact_pct: "collateral", recovery_degradation_pct: "recoveries",
  default_risk_increment_pct: "default risk", segment_shocks: "segment shocks", tags: "tags",
  note: "note",
};

/** "name and segment shocks" */
export function memberWords(members: readonly string[]): string {
  const words = members.map((member) => MEMBERS[member] ?? member);
  return words.length < 2 ? words.join("") : `${words.slice(0, -1).join(", ")} and ${words.at(-1)}`;
}

const same = (a: unknown, b: unknown): boolean => JSON.stringify(a) === JSON.stringify(b);

/** What a version says otherwise than the one before it. */
export function versionDifferences(before: ScenarioVersion, after: ScenarioVersion): string[] {
  const flat = ({ name, scenario, tags, note }: ScenarioVersion): Record<string, unknown> =>
    ({ name, ...scenario, tags, note });
  const [old, now] = [flat(before), flat(after)];
  return Object.keys(MEMBERS).filter((member) => !same(old[member], now[member]));
}
