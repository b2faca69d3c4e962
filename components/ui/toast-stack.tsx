"use client";

import { Toast as Radix } from "radix-ui";
import { STATE_WORD, StateText } from "@/components/ui/badge";
import { Button, IconButton } from "@/components/ui/button";
import type { ToastEntry } from "@/components/ui/toast";

/** Said aloud in this place, and not shown: Radix says all texts without a space between them. */
const said = (text: string) => ({
  "data-radix-toast-announce-exclude": "", "data-radix-toast-announce-alt": text,
});
/** Ends a sentence. */
const Stop = () => <span {...said(". ")} />;

function Entry({ entry, onClose }: { entry: ToastEntry; onClose: () => void }) {
  const { title, description, state = "normal", action, durationMs } = entry;
  const stays = state === "critical" ? Number.POSITIVE_INFINITY : 6000;
  return (
    <Radix.Root
      className="toast"
      duration={durationMs ?? stays}
      onOpenChange={(open) => (open ? undefined : onClose())}
      type={state === "critical" ? "foreground" : "background"}
    >
      {/* That all is well is what the message itself says. */}
      <span className="mark" {...said(state === "normal" ? "" : `${STATE_WORD[state]}: `)}>
        <StateText state={state} iconOnly />
      </span>
      <Radix.Title className="t">{title}<Stop /></Radix.Title>
      <Radix.Close asChild><IconButton icon="x" label="Close message" /></Radix.Close>
      {description ? (
        <Radix.Description className="d" asChild><div>{description}<Stop /></div></Radix.Description>
      ) : null}
      {action ? (
        <Radix.Action asChild altText={action.label}>
          <Button small className="act" onClick={action.onSelect}>{action.label}</Button>
        </Radix.Action>
      ) : null}
    </Radix.Root>
  );
}

interface ToastStackProps {
  entries: readonly ToastEntry[];
  onClose: (id: number) => void;
}

/** The messages shown now. */
export function ToastStack({ entries, onClose }: ToastStackProps) {
  return (
    <Radix.Provider label="Message" swipeDirection="right">
      {entries.map((entry) => (
        <Entry key={entry.id} entry={entry} onClose={() => onClose(entry.id)} />
      ))}
      <Radix.Viewport className="toasts" label="Messages ({hotkey})" />
    </Radix.Provider>
  );
}
