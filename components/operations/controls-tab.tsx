"use client";

import "./operations.css";
import { EnginesCard } from "@/components/operations/engines-card";
import { FlagsCard } from "@/components/operations/flags-card";
import { KillHistoryCard } from "@/components/operations/kill-history-card";
import { KillSwitchCard } from "@/components/operations/kill-switch-card";

/** What an operator reaches for first: the kill switch, then engines and feature flags. */
export function ControlsTab() {
  return (
    <div className="stack-cards">
      <KillSwitchCard />
      <KillHistoryCard />
      <EnginesCard />
      <FlagsCard />
    </div>
  );
}
