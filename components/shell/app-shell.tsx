"use client";

import type { ReactNode } from "react";
import { useEffect, useMemo, useState } from "react";
import { usePathname } from "next/navigation";
import { Brand } from "@/components/shell/brand-mark";
import type { CommandSearch } from "@/components/shell/command-palette";
import type { Command } from "@/components/shell/commands";
import {
  HaltStrip, KillSwitchBadge, type KillSwitchNotice,
} from "@/components/shell/kill-switch-notice";
import { NAV_ITEMS } from "@/components/shell/nav-items";
import type { NavItem } from "@/components/shell/nav-items";
import { Rail, TabBar } from "@/components/shell/rail";
import { hasSingleKeys } from "@/components/shell/single-keys";
import { switchTheme, ThemeToggle } from "@/components/shell/theme-toggle";
import { initials } from "@/components/ui/format";
import { watchFocus } from "@/components/ui/focus-outside";
import { Icon } from "@/components/ui/icon";
import { Menu } from "@/components/ui/menu";
import { laterOverlay, useEverOpen } from "@/components/ui/later";
import type { MenuItem } from "@/components/ui/menu";
import { fetchOverlaysAtRest, OVERLAYS } from "@/components/ui/overlays";

const CommandPalette = laterOverlay(
  () => OVERLAYS.palette().then((part) => part.CommandPalette));
const ShortcutsDialog = laterOverlay(
  () => OVERLAYS.shortcuts().then((part) => part.ShortcutsDialog));

export interface AppShellProps {
  /** The pages: each brings its own <main id="main">, see Page. */
  children: ReactNode;
  /** A VersionButton in a menu or popover. */
  version?: ReactNode;
  killSwitch?: KillSwitchNotice | null;
  /** Right of the kill switch: alerts, running jobs. */
  tools?: ReactNode;
  account?: { name: string; items: readonly MenuItem[] } | null;
  /** Added to "go to page" and "switch theme", which are always there. */
  commands?: readonly Command[];
  onSearch?: CommandSearch;
  navItems?: readonly NavItem[];
  /** The page has a sheet that stands over the phone's tab bar. */
  hasSheet?: boolean;
}

function Account({ name, items }: { name: string; items: readonly MenuItem[] }) {
  const letters = initials(name);
  return (
    <Menu
      trigger={(
        <button type="button" className="avatar" aria-label={`${letters}, account of ${name}`}>
          {letters}
        </button>
      )}
      items={items}
    />
  );
}

function isTyping(target: EventTarget | null): boolean {
  return target instanceof HTMLElement
    && (target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName));
}

type Overlay = "palette" | "shortcuts" | null;

function useOverlayKeys(open: (overlay: Overlay) => void): void {
  useEffect(() => {
    function keys(event: globalThis.KeyboardEvent) {
      const isMod = event.ctrlKey || event.metaKey;
      if (isMod && !event.shiftKey && !event.altKey && event.key.toLowerCase() === "k") {
        event.preventDefault();
        open("palette");
      } else if (event.key === "?" && !isMod && !isTyping(event.target) && hasSingleKeys()) {
        event.preventDefault();
        open("shortcuts");
      }
    }
    document.addEventListener("keydown", keys);
    return () => document.removeEventListener("keydown", keys);
  }, [open]);
}

function useCommands(
  items: readonly NavItem[], commands: readonly Command[] | undefined, open: (of: Overlay) => void,
) {
  return useMemo(() => {
    const pages = items.map((item) => (
      { id: `go-${item.href}`, label: item.label, icon: item.icon, href: item.href }
    ));
    const theme: Command = { id: "theme", label: "Switch theme", icon: "theme", group: "Do",
      keywords: "dark light", run: switchTheme };
    const shortcuts: Command = { id: "shortcuts", label: "Keyboard shortcuts", icon: "info",
      group: "Do", keys: "?", keywords: "keys help", run: () => open("shortcuts") };
    return [...pages, ...(commands ?? []), theme, shortcuts];
  }, [items, commands, open]);
}

export function AppShell(props: AppShellProps) {
  const { children, version, killSwitch, tools, account, onSearch, hasSheet } = props;
  const pathname = usePathname();
  const items = props.navItems ?? NAV_ITEMS;
  const [overlay, setOverlay] = useState<Overlay>(null);
  useOverlayKeys(setOverlay);
  useEffect(fetchOverlaysAtRest, []);
  useEffect(watchFocus, []);
  const hasPalette = useEverOpen(overlay === "palette");
  const hasShortcuts = useEverOpen(overlay === "shortcuts");
  const commands = useCommands(items, props.commands, setOverlay);
  const close = (open: boolean) => setOverlay(open ? overlay : null);
  return (
    <>
      <a className="skip" href="#main">Skip to content</a>
      <header className="topbar">
        <Brand />
        {version}
        <span className="grow" />
        <button
          type="button"
          className="jump"
          aria-haspopup="dialog"
          onClick={() => setOverlay("palette")}
        >
          <Icon name="search" small /><span>Search or jump to</span><kbd>Ctrl K</kbd>
        </button>
        {killSwitch ? <KillSwitchBadge state={killSwitch.state} /> : null}
        {tools}
        <ThemeToggle />
        {account ? <Account {...account} /> : null}
      </header>
      {killSwitch?.state === "on" ? <HaltStrip reason={killSwitch.reason} /> : null}
      <div className={hasSheet ? "shell has-sheet" : "shell"}>
        <Rail items={items} />
        {children}
      </div>
      <TabBar items={items} onSearch={() => setOverlay("palette")} />
      {hasPalette ? (
        <CommandPalette open={overlay === "palette"} onOpenChange={close} commands={commands}
          onSearch={onSearch} />
      ) : null}
      {hasShortcuts ? (
        <ShortcutsDialog open={overlay === "shortcuts"} onOpenChange={close}
          path={pathname} />
      ) : null}
    </>
  );
}
