"use client";

import type { FocusEvent } from "react";
import { Fragment, useRef } from "react";
import Link from "next/link";
import { DropdownMenu as Radix } from "radix-ui";
import { Icon } from "@/components/ui/icon";
import type { MenuAction, MenuItem, MenuProps } from "@/components/ui/menu";

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

const ITEM = "[role^='menuitem']:not([data-disabled])";

/** A dialog that an item opened has the focus already: the menu's button must not take it back. */
function keepInDialog(event: Event): void {
  if (document.activeElement?.closest("[role=dialog], [role=alertdialog]")) event.preventDefault();
}

/** The menu itself; it comes open, `byKeyboard` with its first item in focus. */
export function MenuBox(
  { trigger, items, align = "end", byKeyboard }: MenuProps & { byKeyboard: boolean },
) {
  const isFirstDue = useRef(byKeyboard);
  function focusFirst(event: FocusEvent<HTMLElement>) {
    if (!isFirstDue.current || event.target !== event.currentTarget) return;
    isFirstDue.current = false;
    event.currentTarget.querySelector<HTMLElement>(ITEM)?.focus();
  }
  return (
    <Radix.Root modal={false} defaultOpen>
      <Radix.Trigger asChild>{trigger}</Radix.Trigger>
      <Radix.Portal>
        <Radix.Content className="menu" align={align} sideOffset={4} collisionPadding={8}
          onFocus={focusFirst} onCloseAutoFocus={keepInDialog}>
          {items.map((item, index) => <Fragment key={index}><Item item={item} /></Fragment>)}
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  );
}
