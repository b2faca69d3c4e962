"use client";

import type { ReactElement, ReactNode } from "react";
import { lazy, Suspense, useState } from "react";
import { ClosedTrigger } from "@/components/ui/closed-trigger";
import { OVERLAYS } from "@/components/ui/overlays";

export interface PopoverProps {
  trigger: ReactElement;
  label: string;
  /** No padding of its own: lists and forms bring theirs. */
  flush?: boolean;
  align?: "start" | "center" | "end";
  open?: boolean;
  onOpenChange?: (open: boolean) => void;
  children: ReactNode;
}

const PopoverBox = lazy(
  () => OVERLAYS.popover().then((part) => ({ default: part.PopoverBox })));

/** A button with a box beside it, whose script comes when it is first opened. */
export function Popover(props: PopoverProps) {
  const [isWanted, setWanted] = useState(false);
  const open = () => {
    setWanted(true);
    props.onOpenChange?.(true);
  };
  const closed = <ClosedTrigger trigger={props.trigger} popup="dialog" onOpen={open} />;
  if (!isWanted && !props.open) return closed;
  return <Suspense fallback={closed}><PopoverBox {...props} /></Suspense>;
}
