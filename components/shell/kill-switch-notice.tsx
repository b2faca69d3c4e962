import Link from "next/link";
import type { BadgeState } from "@/components/ui/badge";
import { STATE_ICON } from "@/components/ui/badge";
import { Icon } from "@/components/ui/icon";

export interface KillSwitchNotice {
  state: "off" | "on" | "unknown";
  reason: string | null;
}

const LOOKS: Record<KillSwitchNotice["state"], BadgeState> = {
  off: "normal",
  on: "critical",
  unknown: "unknown",
};

export function KillSwitchBadge({ state }: { state: KillSwitchNotice["state"] }) {
  const look = LOOKS[state];
  return (
    <Link
      className={state === "on" ? "badge" : "badge desk-only"}
      data-state={look}
      href="/operations"
    >
      <Icon name={STATE_ICON[look]} />Kill switch {state === "unknown" ? "not known" : state}
    </Link>
  );
}

/** On every page while everything is stopped: that it is, and why. */
export function HaltStrip({ reason }: { reason: string | null }) {
  return (
    <section className="halt-strip" aria-label="Kill switch">
      <Icon name="stop" />
      <p role="alert" data-tip={reason ?? undefined}>
        <b>Runs and imports are stopped.</b> {reason}
      </p>
      <Link href="/operations">Details</Link>
    </section>
  );
}
