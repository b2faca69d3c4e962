"use client";

import { parseAsStringLiteral, useQueryState } from "nuqs";
import { BreakGlassBanner } from "@/components/access/break-glass-banner";
import { RoleChangesCard } from "@/components/access/role-changes-card";
import { TokensCard } from "@/components/access/tokens-card";
import { UsersCard } from "@/components/access/users-card";
import { Page } from "@/components/shell/page";
import { Tabs } from "@/components/ui/tabs";

const TABS = ["users", "roles", "tokens"] as const;
const parameter = parseAsStringLiteral(TABS).withDefault("users").withOptions({ history: "push" });

export function AdminPage() {
  const [tab, setTab] = useQueryState("tab", parameter);
  return (
    <Page title="Admin" sub="Who may use TodiScope, and which programs may.">
      <BreakGlassBanner />
      <Tabs
        label="What to administer"
        value={tab}
        onChange={(value) => void setTab(TABS.find((one) => one === value) ?? "users")}
        tabs={[
          { value: "users", label: "Users", content: <UsersCard /> },
          { value: "roles", label: "Role changes", content: <RoleChangesCard /> },
          { value: "tokens", label: "API tokens", content: <TokensCard /> },
        ]}
      />
    </Page>
  );
}
