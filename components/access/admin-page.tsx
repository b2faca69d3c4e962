"use client";

import { parseAsStringLiteral, useQueryState } from "nuqs";
import { TokensCard } from "@/components/access/tokens-card";
import { UsersCard } from "@/components/access/users-card";
import { Page } from "@/components/shell/page";
import { Tabs } from "@/components/ui/tabs";

const TABS = ["users", "tokens"] as const;
const parameter = parseAsStringLiteral(TABS).withDefault("users").withOptions({ history: "push" });

export function AdminPage() {
  const [tab, setTab] = useQueryState("tab", parameter);
  return (
    <Page title="Admin" sub="Who may use TodiScope, and which programs may.">
      <Tabs
        label="What to administer"
        value={tab}
        onChange={(value) => void setTab(value === "tokens" ? "tokens" : "users")}
        tabs={[
          { value: "users", label: "Users", content: <UsersCard /> },
          { value: "tokens", label: "API tokens", content: <TokensCard /> },
        ]}
      />
    </Page>
  );
}
