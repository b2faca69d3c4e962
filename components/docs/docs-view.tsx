"use client";

import "./docs.css";
import { useEffect } from "react";
import { parseAsStringLiteral, useQueryState } from "nuqs";
import { Page } from "@/components/shell/page";
import { Icon } from "@/components/ui/icon";
import { Tabs } from "@/components/ui/tabs";
import { ApiReference } from "./api-reference";
import { Glossary } from "./glossary";
import { ModelReference } from "./model-reference";
import type { Reference } from "./reference";

const TABS = ["api", "model", "glossary"] as const;

/** A link to a term or an operation must find it on the tab that its address names. */
function useAnchor(tab: string): void {
  useEffect(() => {
    const id = decodeURIComponent(window.location.hash.slice(1));
    const target = id === "" ? null : document.getElementById(id);
    if (!target) return;
    if (target instanceof HTMLDetailsElement) target.open = true;
    target.scrollIntoView();
  }, [tab]);
}

export function DocsView({ reference }: { reference: Reference }) {
  const [tab, setTab] = useQueryState("tab",
    parseAsStringLiteral(TABS).withDefault("api").withOptions({ history: "push" }));
  useAnchor(tab);
  return (
    <Page className="docs" title="Docs"
      sub="The HTTP interface, the formulas behind every figure, and the words used here."
      actions={(
        <a className="btn" href="/api/v3/openapi.json" download="todiscope-openapi.json">
          <Icon name="dl" />OpenAPI 3.1
        </a>
      )}>
      <Tabs label="Documentation" value={tab}
        onChange={(next) => void setTab(TABS.find((one) => one === next) ?? "api")}
        tabs={[
          { value: "api", label: "API", content: <ApiReference reference={reference} /> },
          { value: "model", label: "Model", content: <ModelReference /> },
          { value: "glossary", label: "Glossary", content: <Glossary /> },
        ]} />
    </Page>
  );
}
