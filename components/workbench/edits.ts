import { SHOCK_NAMES } from "@/lib/risk";
import type { GroupDimension, Netting, Scenario } from "@/lib/risk";
import { percent, plural } from "@/components/ui/format";
import { enabledScenarios } from "./draft";
import type { Draft } from "./draft";
import { asPercent, shockInWords, SHOCK_LABELS } from "./words";
import { groupWord } from "@/components/dataset/words";
import { scenarioName } from "@/lib/risk/scenario-name";

/** One difference between two drafts that a run would notice. */
export interface Edit {
  id: string;
  /** "Market crash, recoveries" */
  label: string;
  /** "−15 %", or null when there was nothing. */
  before: string | null;
  /** "−20 %" or a word: "new", "off", "removed". */
  after: string;
}

const lineText = (fraction: number): string => {
  const shown = asPercent(fraction);
  return percent(shown, { decimals: Number.isInteger(shown) ? 0 : 2 });
};

/** What changed from `base` to `draft`; empty exactly when a run would be made of the same. */
export function editsBetween(base: Draft, draft: Draft): Edit[] {
  const before = enabledScenarios(base);
  const after = enabledScenarios(draft);
  return [
    ...after.flatMap((scenario) => {
      const old = before.find((entry) => entry.scenario_id === scenario.scenario_id);
      return old ? scenarioEdits(old, scenario) : [added(base, scenario)];
    }),
    ...before
      .filter((old) => !after.some((entry) => entry.scenario_id === old.scenario_id))
      .map((old) => gone(draft, old)),
    ...orderEdits(before, after),
    ...lineEdit("net", "Net exposure line", base.netLine, draft.netLine),
    ...lineEdit("loss", "Stress loss line", base.lossLine, draft.lossLine),
    ...nettingEdit(base.netting, draft.netting),
    ...groupEdit(base.groupBy, draft.groupBy),
  ];
}

const has = (draft: Draft, id: string): boolean =>
  draft.scenarios.some((entry) => entry.scenario.scenario_id === id);

function added(base: Draft, { scenario_id: id }: Scenario): Edit {
  const was = has(base, id);
  return { id: `${id}.on`, label: scenarioName(id), before: was ? "off" : null,
    after: was ? "on" : "new" };
}

function gone(draft: Draft, { scenario_id: id }: Scenario): Edit {
  const still = has(draft, id);
  return { id: `${id}.on`, label: scenarioName(id), before: still ? "on" : null,
    after: still ? "off" : "removed" };
}

function scenarioEdits(old: Scenario, scenario: Scenario): Edit[] {
  const id = scenario.scenario_id;
  const edits = SHOCK_NAMES.filter((name) => old[name] !== scenario[name]).map((name): Edit => ({
    id: `${id}.${name}`,
    label: `${scenarioName(id)}, ${SHOCK_LABELS[name].toLowerCase()}`,
    before: shockInWords(name, old[name]),
    after: shockInWords(name, scenario[name]),
  }));
  if (JSON.stringify(old.segment_shocks) !== JSON.stringify(scenario.segment_shocks)) {
    const count = (segments: Scenario["segment_shocks"]): string =>
      segments ? plural(segments.length, "segment") : "none";
    edits.push({ id: `${id}.segments`, label: `${scenarioName(id)}, segment shocks`,
      before: old.segment_shocks ? count(old.segment_shocks) : null,
      after: old.segment_shocks?.length === scenario.segment_shocks?.length ? "changed"
        : count(scenario.segment_shocks) });
  }
  if (old.description !== scenario.description) {
    edits.push({ id: `${id}.description`, label: `${scenarioName(id)}, description`,
      before: null, after: "changed" });
  }
  return edits;
}

function orderEdits(before: readonly Scenario[], after: readonly Scenario[]): Edit[] {
  const ids = after.map((scenario) => scenario.scenario_id);
  const kept = before.map((scenario) => scenario.scenario_id).filter((id) => ids.includes(id));
  const now = ids.filter((id) => kept.includes(id));
  const moved = now.some((id, index) => id !== kept[index]);
  return moved ? [{ id: "order", label: "Order of scenarios", before: null, after: "changed" }] : [];
}

function lineEdit(id: string, label: string, before: number, after: number): Edit[] {
  if (before === after) return [];
  return [{ id, label, before: lineText(before), after: lineText(after) }];
}

function nettingEdit(before: Netting, after: Netting): Edit[] {
  if (before === after) return [];
  return [{ id: "netting", label: "Netting", before: `by ${before}`, after: `by ${after}` }];
}

function groupEdit(
  before: readonly GroupDimension[], after: readonly GroupDimension[],
): Edit[] {
  const words = (groupBy: readonly GroupDimension[]): string =>
    groupBy.length === 0 ? "none" : `by ${groupBy.map(groupWord).join(" and ").toLowerCase()}`;
  return before.join() === after.join() ? []
    : [{ id: "groups", label: "Recorded groups", before: words(before), after: words(after) }];
}
