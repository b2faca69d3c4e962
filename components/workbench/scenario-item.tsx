"use client";

import { IconButton } from "@/components/ui/button";
import { Menu } from "@/components/ui/menu";
import type { MenuItem } from "@/components/ui/menu";
import { Switch } from "@/components/ui/segmented";
import { defaultOf, isChangedDefault, isDefaultId, runs, sameScenario } from "./draft";
import type { BenchScenario } from "./draft";
import { ScenarioEditor } from "./scenario-editor";
import type { ScenarioListProps } from "./scenario-list-props";
import { shockMessages } from "./run-problem";
import { scenarioName } from "@/lib/risk/scenario-name";

function menuOf(entry: BenchScenario, list: ScenarioListProps): MenuItem[] {
  const { actions, draft, isFull, base } = list;
  const id = entry.scenario.scenario_id;
  const own = !isDefaultId(id);
  const place = draft.scenarios.indexOf(entry);
  const above = draft.scenarios[place - 1];
  const items: MenuItem[] = [
    { label: "Clone", icon: "copy", onSelect: () => actions.clone(id),
      disabledReason: isFull ? "The list is full." : null },
    { label: "Segment shocks", icon: "filter", onSelect: () => actions.segments(id) },
    { label: "Save to the library", icon: "scen", onSelect: () => actions.saveToLibrary(id) },
  ];
  const recorded = base.scenarios.find((other) => other.scenario.scenario_id === id)?.scenario;
  if (recorded && !sameScenario(recorded, entry.scenario)) {
    items.push({ label: "Back to the last run", icon: "undo",
      onSelect: () => actions.restore(recorded) });
  }
  const known = defaultOf(id);
  if (known && isChangedDefault(entry.scenario)) {
    items.push({ label: "Reset to the engine's default", icon: "refresh",
      onSelect: () => actions.restore(known) });
  }
  if (!own) return items;
  return [
    { label: "Name and description", icon: "edit", onSelect: () => actions.rename(id) },
    ...items,
    { label: "Move up", icon: "up", onSelect: () => actions.move(id, -1),
      disabledReason: above && !isDefaultId(above.scenario.scenario_id) ? null
        : "It is the first after the defaults." },
    { label: "Move down", icon: "down", onSelect: () => actions.move(id, 1),
      disabledReason: draft.scenarios[place + 1] ? null : "It is the last." },
    { kind: "line" },
    { label: "Remove", icon: "trash", danger: true, onSelect: () => actions.remove(id) },
  ];
}

export interface ScenarioItemProps {
  entry: BenchScenario;
  list: ScenarioListProps;
}

export function ScenarioItem({ entry, list }: ScenarioItemProps) {
  const { draft, base, actions, losses, selectedId, editingId, problem, isFull } = list;
  const { scenario } = entry;
  const id = scenario.scenario_id;
  const name = scenarioName(id);
  const isOn = runs(draft, entry);
  const isEditing = editingId === id;
  const figure = losses?.of.get(id);
  const recorded = base.scenarios.find((other) => other.scenario.scenario_id === id);
  const known = recorded?.scenario ?? defaultOf(id) ?? null;
  const isChanged = known !== null && !sameScenario(known, scenario);
  return (
    <li
      className="scen"
      data-selected={selectedId === id || undefined}
      data-editing={isEditing || undefined}
      data-recorded={figure?.isRecorded || undefined}
      data-off={!isOn || undefined}
    >
      <div className="scen-row">
        <Switch
          label={`${name} on`}
          checked={isOn}
          onChange={(on) => actions.toggle(id, on)}
        />
        <button
          type="button"
          className="name"
          data-tip={scenario.description || name}
          aria-pressed={selectedId === id}
          onClick={() => actions.select(id)}
        >
          {name}
        </button>
        <span className="loss">
          {!isOn ? "off" : losses === null ? "" : !figure ? "…"
            : figure.isRecorded ? losses.scale.format(figure.loss)
              : <span className="pv-num strong">{losses.scale.format(figure.loss)}</span>}
        </span>
        <IconButton
          icon={isEditing ? "up" : "edit"}
          label={isEditing ? `Close the shocks of ${name}` : `Edit the shocks of ${name}`}
          aria-expanded={isEditing}
          onClick={() => actions.openEditor(isEditing ? null : id)}
        />
        <Menu
          trigger={<IconButton icon="more" label={`More for ${name}`} />}
          items={menuOf(entry, list)}
        />
      </div>
      {isEditing ? (
        <ScenarioEditor
          scenario={scenario}
          recorded={recorded?.scenario ?? null}
          messages={shockMessages(problem, id)}
          onShock={(shock, value) => actions.shock(id, shock, value)}
          onClone={isFull ? null : () => actions.clone(id)}
          onDetails={() => actions.rename(id)}
          onSegments={() => actions.segments(id)}
          onReset={isChanged && known ? () => actions.restore(known) : null}
        />
      ) : null}
    </li>
  );
}
