"use client";

import type { ReactNode } from "react";
import { createContext, useCallback, useContext, useMemo, useState } from "react";
import type { RiskState } from "@/components/ui/badge";
import { laterOverlay, useEverOpen } from "@/components/ui/later";
import { OVERLAYS } from "@/components/ui/overlays";

export interface ToastInput {
  title: string;
  description?: ReactNode;
  /** "normal" when not given. Critical ones stay until closed. */
  state?: RiskState;
  action?: { label: string; onSelect: () => void };
  durationMs?: number;
}

export interface ToastEntry extends ToastInput {
  id: number;
}

export interface ToastApi {
  show: (toast: ToastInput) => void;
}

const Context = createContext<ToastApi | null>(null);
const ToastStack = laterOverlay(() => OVERLAYS.toasts().then((part) => part.ToastStack));
const SHOWN_AT_ONCE = 4;

export function ToastProvider({ children }: { children: ReactNode }) {
  const [entries, setEntries] = useState<ToastEntry[]>([]);
  const show = useCallback((toast: ToastInput) => {
    setEntries((all) => {
      const id = (all.at(-1)?.id ?? 0) + 1;
      return [...all, { ...toast, id }].slice(-SHOWN_AT_ONCE);
    });
  }, []);
  const api = useMemo(() => ({ show }), [show]);
  const hasShown = useEverOpen(entries.length > 0);
  const close = (id: number) => setEntries((all) => all.filter((entry) => entry.id !== id));
  return (
    <Context value={api}>
      {children}
      {hasShown ? <ToastStack entries={entries} onClose={close} /> : null}
    </Context>
  );
}

export function useToast(): ToastApi {
  const api = useContext(Context);
  if (!api) throw new Error("useToast needs a ToastProvider above it");
  return api;
}
