"use client";

import type { ReactElement, ReactNode } from "react";
import { lazy, Suspense, useState } from "react";
import { ClosedTrigger, type Opening } from "@/components/ui/closed-trigger";
import type { IconName } from "@/components/ui/icon";
import { OVERLAYS } from "@/components/ui/overlays";

export interface MenuAction {
  kind?: "action";
  label: ReactNode;
  icon?: IconName;
  /** A second line under the label. */
  note?: ReactNode;
  /** At the right: a shortcut or a number. */
  hint?: ReactNode;
  href?: string;
  /** `href` is a file: the router must not follow it. */
  download?: boolean;
  onSelect?: () => void;
  danger?: boolean;
  /** Not possible now, and why. */
  disabledReason?: string | null;
  /** Marks the chosen one of several. */
  current?: boolean;
}

export interface MenuCheck {
  kind: "check";
  label: ReactNode;
  checked: boolean;
  onChange: (checked: boolean) => void;
  disabled?: boolean;
}

export type MenuItem =
  | MenuAction
  | MenuCheck
  | { kind: "label"; label: ReactNode }
  | { kind: "line" };

export interface MenuProps {
  /** The button that opens it. */
  trigger: ReactElement;
  items: readonly MenuItem[];
  align?: "start" | "center" | "end";
}

const MenuBox = lazy(() => OVERLAYS.menu().then((part) => ({ default: part.MenuBox })));

/** A button with a menu, whose script comes when it is first opened. */
export function Menu(props: MenuProps) {
  const [opening, setOpening] = useState<Opening | null>(null);
  const closed = (
    <ClosedTrigger trigger={props.trigger} popup="menu" onOpen={setOpening} />
  );
  if (opening === null) return closed;
  return (
    <Suspense fallback={closed}>
      <MenuBox {...props} byKeyboard={opening.byKeyboard} />
    </Suspense>
  );
}
