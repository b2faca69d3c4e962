"use client";

import type { ReactNode } from "react";
import { useCallback, useEffect, useMemo } from "react";
import { usePathname, useRouter } from "next/navigation";
import { useQueryClient } from "@tanstack/react-query";
import { leave } from "@/components/access/credentials";
import { useSignedOut } from "@/components/access/use-signed-out";
import { AppShell } from "@/components/shell/app-shell";
import { ANALYSIS_COMMANDS } from "@/components/analytics/analysis-tabs";
import { BrandMark } from "@/components/shell/brand-mark";
import type { CommandSearch } from "@/components/shell/command-palette";
import type { Command } from "@/components/shell/commands";
import { Downloads } from "@/components/download/downloads";
import type { KillSwitchNotice } from "@/components/shell/kill-switch-notice";
import { MeProvider, type SignedInUser } from "@/components/shell/me";
import { ThemeToggle } from "@/components/shell/theme-toggle";
import { VersionSwitcher } from "@/components/shell/version-switcher";
import { Button } from "@/components/ui/button";
import { laterOverlay, useEverOpen } from "@/components/ui/later";
import type { MenuItem } from "@/components/ui/menu";
import { OVERLAYS } from "@/components/ui/overlays";
import { ViewsMenu } from "@/components/view/views-menu";
import { useOperation } from "@/lib/client/hooks";
import { allows } from "@/lib/contract/roles";

const SignedOutDialog = laterOverlay(
  () => OVERLAYS.signedOut().then((part) => part.SignedOutDialog));

const KILL_SWITCH_MS = 5000;

const COMMANDS: readonly Command[] = [
  { id: "go-account", label: "Account", icon: "key", href: "/account", keywords: "password" },
  { id: "import", label: "Import a loan tape", icon: "upload", href: "/datasets/import",
    group: "Do", keywords: "csv upload dataset version" },
  { id: "kill-switch", label: "Stop everything, or resume", icon: "stop",
    href: "/operations?tab=controls", group: "Do", keywords: "kill switch halt flags engines" },
  { id: "sign-out", label: "Sign out", icon: "out", group: "Do", keywords: "leave log off",
    run: () => void leave() },
  ...ANALYSIS_COMMANDS,
];

function useKillSwitch(isAsked: boolean): KillSwitchNotice | null {
  const { data, error } = useOperation("killSwitchStatus", {},
    { refetchInterval: KILL_SWITCH_MS, enabled: isAsked });
  // Who may not read it is shown no switch: to them it is not unknown.
  if (error) return error.status === 403 ? null : { state: "unknown", reason: null };
  return data ? { state: data.enabled ? "on" : "off", reason: data.reason } : null;
}

/** Nothing but the password form, until the one-time password is changed. */
function LockedFrame({ children }: { children: ReactNode }) {
  const pathname = usePathname();
  const router = useRouter();
  const isAllowed = pathname === "/account";
  useEffect(() => {
    if (!isAllowed) router.replace("/account");
  }, [isAllowed, router]);
  return (
    <>
      <header className="topbar">
        <span className="brand"><BrandMark /></span>
        <span className="product">TodiScope</span>
        <span className="grow" />
        <ThemeToggle />
        <Button onClick={() => void leave()}>Sign out</Button>
      </header>
      {isAllowed ? <div className="locked">{children}</div> : null}
    </>
  );
}

function OpenFrame({ user, children }: { user: SignedInUser; children: ReactNode }) {
  const session = useSignedOut();
  const hasAsked = useEverOpen(session.isAsking);
  const killSwitch = useKillSwitch(!session.isSignedOut);
  const client = useQueryClient();
  const search = useCallback<CommandSearch>(async (query, signal) =>
    (await import("@/components/shell/palette-search")).searchAll(client, query, signal), [client]);
  const account = useMemo(() => {
    const items: MenuItem[] = [
      { kind: "label", label: user.email },
      { label: "Account", icon: "key", href: "/account" },
      { kind: "line" },
      { label: "Sign out", icon: "out", onSelect: () => void leave() },
    ];
    return { name: user.name, items };
  }, [user.email, user.name]);
  const signInAgain = session.isSignedOut
    ? <Button kind="primary" onClick={() => session.setAsking(true)}>Sign in</Button> : null;
  return (
    <>
      <AppShell
        version={<VersionSwitcher />}
        killSwitch={killSwitch}
        tools={<>{allows(user.roles, "READ") ? <ViewsMenu /> : null}{signInAgain}</>}
        account={account}
        commands={COMMANDS}
        onSearch={search}
      >
        {children}
      </AppShell>
      <Downloads isReader={allows(user.roles, "READ") && !session.isSignedOut} />
      {hasAsked ? <SignedOutDialog session={session} /> : null}
    </>
  );
}

/** Everything around a page: who is signed in, navigation, version, search, session. */
export function Frame({ user, children }: { user: SignedInUser; children: ReactNode }) {
  return (
    <MeProvider user={user}>
      {user.mustChangePassword
        ? <LockedFrame>{children}</LockedFrame>
        : <OpenFrame user={user}>{children}</OpenFrame>}
    </MeProvider>
  );
}
