"use client";

import { Button, IconButton } from "@/components/ui/button";
import { plural } from "@/components/ui/format";
import { Switch } from "@/components/ui/segmented";
import { isDefaultId, runs, type Draft } from "./draft";
import { ScenarioItem } from "./scenario-item";
import type { ScenarioListProps } from "./scenario-list-props";

function Head({ actions, losses, isFull }: ScenarioListProps) {
  return (
    <div className="panel-head">
      <h2 id="bench-scenarios">Scenarios</h2>
      <span className="end">
        {losses ? <span className="hint">loss, {losses.scale.label}</span> : null}
        <IconButton icon="undo" label="Undo the last edit (Ctrl Z)" disabled={!actions.undo}
          onClick={actions.undo ?? undefined} />
        <IconButton icon="undo" className="mirrored" label="Redo (Ctrl Shift Z)"
          disabled={!actions.redo} onClick={actions.redo ?? undefined} />
        <IconButton icon="plus" label={isFull ? "The list of scenarios is full" : "Add a scenario"}
          disabled={isFull} onClick={actions.add} />
        <IconButton icon="scen" disabled={isFull} onClick={actions.addFromLibrary}
          label={isFull ? "The list of scenarios is full" : "Add from the library"} />
      </span>
    </div>
  );
}

export function ScenarioList(props: ScenarioListProps) {
  const { draft, actions } = props;
  const defaults = draft.scenarios.filter((entry) => isDefaultId(entry.scenario.scenario_id));
  const own = draft.scenarios.filter((entry) => !isDefaultId(entry.scenario.scenario_id));
  const on = defaults.filter((entry) => runs(draft, entry)).length;
  const item = (entry: Draft["scenarios"][number]) => (
    <ScenarioItem key={entry.scenario.scenario_id} entry={entry} list={props} />
  );
  return (
    <section aria-labelledby="bench-scenarios">
      <Head {...props} />
      <div className="block-row">
        <Switch label="Default scenarios on" checked={on > 0} onChange={actions.toggleDefaults} />
        <span>Default scenarios</span>
        <span className="muted">{on} of {defaults.length} on</span>
      </div>
      <ol aria-label="Default scenarios">{defaults.map(item)}</ol>
      {own.length > 0 ? (
        <>
          <h3 className="own-head">{plural(own.length, "scenario")} of your own</h3>
          <ol aria-label="Own scenarios">{own.map(item)}</ol>
        </>
      ) : null}
      <Button small kind="quiet" icon="table" onClick={actions.paste}
        disabledReason={props.isFull ? "The list of scenarios is full" : null}>
        Paste from a spreadsheet
      </Button>
    </section>
  );
}
