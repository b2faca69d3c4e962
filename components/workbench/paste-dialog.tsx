"use client";

import "@/components/scenario/scenario.css";
import { useMemo, useState } from "react";
import { PasteField } from "@/components/scenario/paste-field";
import { readPasted } from "@/components/scenario/pasted-scenarios";
import { Button } from "@/components/ui/button";
import { Dialog } from "@/components/ui/dialog";
import { plural } from "@/components/ui/format";
import type { Scenario } from "@/lib/risk";

/** Takes scenarios out of a spreadsheet onto the workbench, all of them or none. */
export function PasteDialog({ room, onTake, onClose }: {
  /** How many more the workbench holds. */
  room: number;
  onTake: (scenarios: readonly Scenario[]) => void;
  onClose: () => void;
}) {
  const [text, setText] = useState("");
  const pasted = useMemo(() => readPasted(text), [text]);
  const { scenarios, problems } = pasted;
  const reason = problems.length > 0 ? "Correct the cells first"
    : scenarios.length === 0 ? "Paste cells first"
      : scenarios.length > room ? `The workbench has room for ${room} more` : null;
  return (
    <Dialog open size="wide" onOpenChange={(open) => open ? undefined : onClose()}
      title="Paste scenarios from a spreadsheet"
      sub="They are added after your own; undo takes them away again."
      foot={(
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button kind="primary" disabledReason={reason}
            onClick={() => onTake(scenarios.map(({ scenario }) => scenario))}>
            {scenarios.length === 0 ? "Add" : `Add ${plural(scenarios.length, "scenario")}`}
          </Button>
        </>
      )}>
      <div className="stack"><PasteField text={text} pasted={pasted} onChange={setText} /></div>
    </Dialog>
  );
}
