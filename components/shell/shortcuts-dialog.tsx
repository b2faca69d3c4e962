"use client";

import { Fragment, useState } from "react";
import { hasSingleKeys, setSingleKeys } from "@/components/shell/single-keys";
import { Dialog } from "@/components/ui/dialog";

interface Shortcut {
  /** "Ctrl Enter": keys parted by a blank. */
  keys: string;
  label: string;
}

const COMMON_SHORTCUTS: readonly Shortcut[] = [
  { keys: "Ctrl K", label: "Search or jump to a page" },
  { keys: "?", label: "Show these shortcuts" },
  { keys: "Esc", label: "Close what is open, undo what is being typed" },
  { keys: "Up Down", label: "Move a number by one step, with Shift by ten" },
  { keys: "Enter", label: "Open the row or the bar in focus" },
];

/** What works on one page only; the page itself listens for it. */
const PAGE_SHORTCUTS: Readonly<Record<string, readonly Shortcut[]>> = {
  "/workbench": [
    { keys: "Ctrl Enter", label: "Run and record" },
    { keys: "Ctrl Z", label: "Undo the last edit" },
    { keys: "Ctrl Shift Z", label: "Redo, also with Ctrl Y" },
  ],
};

export interface ShortcutsDialogProps {
  open: boolean;
  onOpenChange: (open: boolean) => void;
  /** The current page's; its own are shown first. */
  path: string;
}

export function ShortcutsDialog({ open, onOpenChange, path }: ShortcutsDialogProps) {
  return (
    <Dialog
      open={open}
      onOpenChange={onOpenChange}
      title="Keyboard shortcuts"
      sub="On a Mac, the Command key works as Ctrl does."
    >
      <dl className="keys">
        {[...(PAGE_SHORTCUTS[path] ?? []), ...COMMON_SHORTCUTS].map((shortcut) => (
          <Fragment key={shortcut.keys + shortcut.label}>
            <dt>{shortcut.label}</dt>
            <dd>{shortcut.keys.split(" ").map((key) => <kbd key={key}>{key}</kbd>)}</dd>
          </Fragment>
        ))}
      </dl>
      <SingleKeys />
    </Dialog>
  );
}

function SingleKeys() {
  const [isOn, setOn] = useState(hasSingleKeys);
  return (
    <label className="check">
      <input type="checkbox" checked={isOn} onChange={(event) => {
        setOn(event.target.checked);
        setSingleKeys(event.target.checked);
      }} />
      <span>
        Keys without Ctrl do something: <kbd>?</kbd> shows this. Without them, it is in the search
        of <kbd>Ctrl</kbd> <kbd>K</kbd>.
      </span>
    </label>
  );
}
