import type { ResponseOf } from "@/lib/contract/operations";
import { KPI_FACTS, KPI_NAMES, limitProblem, type KpiName, type LimitPair } from "@/lib/risk";

/** The limits of a dataset, with those that are the field's own. */
export type KpiSettings = ResponseOf<"getKpiSettings">;

/** A pair while it is typed. */
export type DraftPair = { warning: number | null; critical: number | null };
export type Draft = { tangibleEquity: number | null; pairs: Record<KpiName, DraftPair> };

const NONE: DraftPair = { warning: null, critical: null };

/** The settings as they can be typed over. */
export const draftOf = (settings: KpiSettings): Draft => ({
  tangibleEquity: settings.tangible_equity,
  pairs: Object.fromEntries(KPI_NAMES.map((name) =>
    [name, settings.kpis[name].limits ?? NONE])) as Draft["pairs"],
});

const isEmpty = ({ warning, critical }: DraftPair): boolean =>
  warning === null && critical === null;

/** What is wrong with a pair; an empty one goes back to the default. */
export function pairProblem(name: KpiName, pair: DraftPair): string | null {
  if (isEmpty(pair)) return null;
  const { warning, critical } = pair;
  const { label } = KPI_FACTS[name];
  if (warning === null || critical === null) return `${label} needs both limits, or none.`;
  const problem = limitProblem(name, { warning, critical });
  return problem === null ? null : `The critical limit of ${label} ${problem}.`;
}

/** What an edit sends: only what differs from the settings it started from. */
export function editOf(settings: KpiSettings, draft: Draft) {
  const limits: { [K in KpiName]?: LimitPair | null } = {};
  for (const name of KPI_NAMES) {
    const { warning, critical } = draft.pairs[name];
    const before = settings.kpis[name].limits ?? NONE;
    if (warning === before.warning && critical === before.critical) continue;
    limits[name] = warning === null || critical === null ? null : { warning, critical };
  }
  return {
    ...(draft.tangibleEquity === settings.tangible_equity ? {}
      : { tangible_equity: draft.tangibleEquity }),
    ...(Object.keys(limits).length === 0 ? {} : { limits }),
  };
}
