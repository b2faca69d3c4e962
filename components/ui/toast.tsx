"use client";

import type { ReactNode } from "react";
import { createContext, useCallback, useContext, useMemo, useState } from "react";
import { Toast as Radix } from "radix-ui";
import type { RiskState } from "@/components/ui/badge";
import { StateText } from "@/components/ui/badge";
import { Button, IconButton } from "@/components/ui/button";

export interface ToastInput {
  title: string;
  description?: ReactNode;
  /** "normal" when not given. Critical ones stay until closed. */
  state?: RiskState;
  action?: { label: string; onSelect: () => void };
  durationMs?: number;
}

interface Entry extends ToastInput {
  id: number;
}

export interface ToastApi {
  show: (toast: ToastInput) => void;
}

const Context = createContext<ToastApi | null>(null);
const SHOWN_AT_ONCE = 4;

function Entry({ entry, onClose }: { entry: Entry; onClose: () => void }) {
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

export function ToastProvider({ children }: { children: ReactNode }) {
  const [entries, setEntries] = useState<Entry[]>([]);
  const show = useCallback((toast: ToastInput) => {
    setEntries((all) => {
      const id = (all.at(-1)?.id ?? 0) + 1;
      return [...all, { ...toast, id }].slice(-SHOWN_AT_ONCE);
    });
  }, []);
  const api = useMemo(() => ({ show }), [show]);
  const close = (id: number) => setEntries((all) => all.filter((entry) => entry.id !== id));
  return (
    <Context value={api}>
      <Radix.Provider label="Message" swipeDirection="right">
        {children}
        {entries.map((entry) => (
          <Entry key={entry.id} entry={entry} onClose={() => close(entry.id)} />
        ))}
        <Radix.Viewport className="toasts" label="Messages ({hotkey})" />
      </Radix.Provider>
    </Context>
  );
}

export function useToast(): ToastApi {
  const api = useContext(Context);
  if (!api) throw new Error("useToast needs a ToastProvider above it");
  return api;
}
