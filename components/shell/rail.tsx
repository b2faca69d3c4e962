"use client";

import { useState } from "react";
import Link from "next/link";
import { usePathname } from "next/navigation";
import { Dialog as Radix } from "radix-ui";
import { isCurrent, NAV_ITEMS } from "@/components/shell/nav-items";
import type { NavItem } from "@/components/shell/nav-items";
import { Icon } from "@/components/ui/icon";

export interface NavProps {
  items?: readonly NavItem[];
}

export function Rail({ items = NAV_ITEMS }: NavProps) {
  const pathname = usePathname();
  return (
    <nav className="rail" aria-label="Main">
      {items.map((item) => (
        <Link
          key={item.href}
          href={item.href}
          className={item.end ? "end" : undefined}
          aria-current={isCurrent(pathname, item.href) ? "page" : undefined}
        >
          <Icon name={item.icon} /><span>{item.label}</span>
        </Link>
      ))}
    </nav>
  );
}

export interface TabBarProps extends NavProps {
  /** More than pages: search, theme. Closes the sheet by itself when it navigates. */
  onSearch?: () => void;
}

export function TabBar({ items = NAV_ITEMS, onSearch }: TabBarProps) {
  const pathname = usePathname();
  const [open, setOpen] = useState(false);
  const first = items.filter((item) => item.phone);
  const rest = items.filter((item) => !item.phone);
  const isInRest = rest.some((item) => isCurrent(pathname, item.href));
  return (
    <nav className="tabbar" aria-label="Main, short">
      {first.map((item) => (
        <Link
          key={item.href}
          href={item.href}
          aria-current={isCurrent(pathname, item.href) ? "page" : undefined}
        >
          <Icon name={item.icon} /><span>{item.label}</span>
        </Link>
      ))}
      <Radix.Root open={open} onOpenChange={setOpen}>
        <Radix.Trigger aria-current={isInRest ? "true" : undefined}>
          <Icon name="more" /><span>More</span>
        </Radix.Trigger>
        <Radix.Portal>
          <Radix.Overlay className="scrim" />
          <Radix.Content className="sheet" aria-describedby={undefined}>
            <Radix.Title>More pages</Radix.Title>
            {rest.map((item) => (
              <Link
                key={item.href}
                href={item.href}
                aria-current={isCurrent(pathname, item.href) ? "page" : undefined}
                onClick={() => setOpen(false)}
              >
                <Icon name={item.icon} />{item.label}
              </Link>
            ))}
            {onSearch ? (
              <button
                type="button"
                className="sheet-item"
                onClick={() => {
                  setOpen(false);
                  onSearch();
                }}
              >
                <Icon name="search" />Search or jump to
              </button>
            ) : null}
            <Radix.Close className="sheet-item"><Icon name="x" />Close</Radix.Close>
          </Radix.Content>
        </Radix.Portal>
      </Radix.Root>
    </nav>
  );
}
