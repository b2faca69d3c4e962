"use client";

import type { ReactElement, ReactNode } from "react";
import { Fragment } from "react";
import Link from "next/link";
import { DropdownMenu as Radix } from "radix-ui";
import { Icon } from "@/components/ui/icon";
import type { IconName } from "@/components/ui/icon";

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

function ActionContent({ item }: { item: MenuAction }) {
  return (
    <>
      {item.current !== undefined ? (
        <span className="menu-check">{item.current ? <Icon name="check" small /> : null}</span>
      ) : null}
      {item.icon ? <Icon name={item.icon} small /> : null}
      <span>
        {item.label}
        {item.note ? <small>{item.note}</small> : null}
        {item.disabledReason ? <small>{item.disabledReason}</small> : null}
      </span>
      {item.hint ? <span className="hint">{item.hint}</span> : null}
    </>
  );
}

function Action({ item }: { item: MenuAction }) {
  const common = {
    className: "menu-item",
    "data-kind": item.danger ? "danger" : undefined,
    "aria-current": item.current || undefined,
    disabled: Boolean(item.disabledReason),
  };
  if (item.href && !item.disabledReason) {
    return (
      <Radix.Item {...common} asChild onSelect={item.onSelect}>
        {item.download
          ? <a href={item.href} download><ActionContent item={item} /></a>
          : <Link href={item.href}><ActionContent item={item} /></Link>}
      </Radix.Item>
    );
  }
  return (
    <Radix.Item {...common} onSelect={item.onSelect}><ActionContent item={item} /></Radix.Item>
  );
}

function Item({ item }: { item: MenuItem }) {
  if (item.kind === "line") return <Radix.Separator className="menu-line" />;
  if (item.kind === "label") return <Radix.Label className="menu-label">{item.label}</Radix.Label>;
  if (item.kind !== "check") return <Action item={item} />;
  return (
    <Radix.CheckboxItem
      className="menu-item"
      checked={item.checked}
      disabled={item.disabled}
      onCheckedChange={item.onChange}
      onSelect={(event) => event.preventDefault()}
    >
      <span className="menu-check">{item.checked ? <Icon name="check" small /> : null}</span>
      {item.label}
    </Radix.CheckboxItem>
  );
}

export interface MenuProps {
  /** The button that opens it. */
  trigger: ReactElement;
  items: readonly MenuItem[];
  align?: "start" | "center" | "end";
}

export function Menu({ trigger, items, align = "end" }: MenuProps) {
  return (
    <Radix.Root modal={false}>
      <Radix.Trigger asChild>{trigger}</Radix.Trigger>
      <Radix.Portal>
        <Radix.Content className="menu" align={align} sideOffset={4} collisionPadding={8}>
          {items.map((item, index) => <Fragment key={index}><Item item={item} /></Fragment>)}
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  );
}
