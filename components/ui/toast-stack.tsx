"use client";

import { Toast as Radix } from "radix-ui";
import { StateText } from "@/components/ui/badge";
import { Button, IconButton } from "@/components/ui/button";
import type { ToastEntry } from "@/components/ui/toast";

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
      <StateText state={state} iconOnly />
      <Radix.Title className="t">{title}</Radix.Title>
      <Radix.Close asChild><IconButton icon="x" label="Close message" /></Radix.Close>
      {description ? (
        <Radix.Description className="d" asChild><div>{description}</div></Radix.Description>
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
