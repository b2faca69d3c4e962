"use client";

import type { ReactNode } from "react";
import { parseAsStringLiteral, useQueryState } from "nuqs";
import { Page } from "@/components/shell/page";
import { Tabs } from "@/components/ui/tabs";
import { later } from "@/components/ui/later";

const AuditTab = later(
  () => import("@/components/operations/audit-tab").then((part) => part.AuditTab));
const ControlsTab = later(
  () => import("@/components/operations/controls-tab").then((part) => part.ControlsTab));
const JobsTab = later(
  () => import("@/components/operations/jobs-tab").then((part) => part.JobsTab));

/** In the order in which they stand; the first one shows when the address names none. */
const TABS: readonly { value: string; label: string; content: ReactNode }[] = [
  { value: "controls", label: "Controls", content: <ControlsTab /> },
  { value: "audit", label: "Audit log", content: <AuditTab /> },
  { value: "jobs", label: "Jobs", content: <JobsTab /> },
];
const values = TABS.map((tab) => tab.value);
const parameter = parseAsStringLiteral(values).withDefault("controls")
  .withOptions({ history: "push" });

export function OperationsPage() {
  const [tab, setTab] = useQueryState("tab", parameter);
  return (
    <Page title="Operations" sub="What runs, what may run, and what stops everything.">
      <Tabs label="Operations" value={tab} onChange={(value) => void setTab(value)} tabs={TABS} />
    </Page>
  );
}
