"use client";

import { useState } from "react";
import { Button } from "@/components/ui/button";
import { CopyButton } from "@/components/ui/copy-button";
import { percent, plural } from "@/components/ui/format";
import { Icon } from "@/components/ui/icon";
import { enabledScenarios } from "./draft";
import type {
  EditsSectionProps, GroupsProps, MaterialityLinesProps, NettingProps,
} from "./panel-sections";
import { EditsSection, GroupsChoice, MaterialityLines, NettingChoice } from "./panel-sections";
import type { ScenarioListProps } from "./scenario-list-props";
import { ScenarioList } from "./scenario-list";
import type { VersionPickerProps } from "./version-picker";
import { VersionPicker } from "./version-picker";
import { asPercent } from "./words";

export interface InputPanelProps {
  version: VersionPickerProps;
  scenarios: ScenarioListProps;
  lines: MaterialityLinesProps;
  netting: NettingProps;
  groups: GroupsProps;
  edits: EditsSectionProps;
  busy: boolean;
  /** Why one may not run now. */
  blocked: string | null;
  onRun: () => void;
  linkText: () => string;
}

function RunButton({ panel, withKeys }: { panel: InputPanelProps; withKeys?: boolean }) {
  return (
    <Button kind="primary" className={withKeys ? "grow" : undefined} busy={panel.busy}
      disabledReason={panel.blocked} onClick={panel.onRun} aria-keyshortcuts="Control+Enter">
      {panel.busy ? "Recording" : "Run and record"}
      {withKeys && !panel.busy ? <kbd>Ctrl Enter</kbd> : null}
    </Button>
  );
}

function summary({ version, scenarios, edits }: InputPanelProps): string {
  const on = enabledScenarios(scenarios.draft).length;
  const changes = edits.edits.length > 0 ? `, ${plural(edits.edits.length, "edit")}` : "";
  return `Version ${version.version.number}, ${plural(on, "scenario")}${changes}`;
}

/** The inputs at the left; on a phone one line that unfolds. */
export function InputPanel(props: InputPanelProps) {
  const [isOpen, setOpen] = useState(false);
  const { draft } = props.lines;
  const line = (share: number) => percent(asPercent(share), { decimals: 0 });
  return (
    <aside className="panel" id="inputs" aria-label="Inputs" data-open={isOpen || undefined}>
      <div className="panel-bar">
        <button type="button" className="fold" aria-expanded={isOpen} aria-controls="bench-inputs"
          onClick={() => setOpen(!isOpen)}>
          {summary(props)}
          <span>
            Lines {line(draft.netLine)} and {line(draft.lossLine)}, {draft.netting} netting
          </span>
        </button>
        <Icon name={isOpen ? "up" : "down"} />
        <RunButton panel={props} />
      </div>
      <div className="panel-scroll" id="bench-inputs">
        <VersionPicker {...props.version} />
        <ScenarioList {...props.scenarios} />
        <MaterialityLines {...props.lines} />
        <NettingChoice {...props.netting} />
        <GroupsChoice {...props.groups} />
        <EditsSection {...props.edits} />
      </div>
      <div className="panel-foot">
        <RunButton panel={props} withKeys />
        <CopyButton text={props.linkText} what="a link to this state" icon="link" large />
      </div>
    </aside>
  );
}
