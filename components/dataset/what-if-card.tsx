"use client";

import { useMemo } from "react";
import { parseAsStringLiteral, useQueryState } from "nuqs";
import { Card } from "@/components/ui/card";
import { Segmented } from "@/components/ui/segmented";
import { WhatIf } from "@/components/workbench/what-if-step";
import { DEFAULT_SCENARIOS, NETTINGS } from "@/lib/risk";
import type { Version } from "./types";

const OPTIONS = [
  { value: "portfolio", label: "Portfolio" }, { value: "instrument", label: "Instrument" },
] as const;

/** What other facts of single records would make of the version's figures. */
export function WhatIfCard({ version, className }: { version: Version; className?: string }) {
  const [netting, setNetting] = useQueryState("netting",
    parseAsStringLiteral(NETTINGS).withDefault("portfolio"));
  const subject = useMemo(
    () => ({ version, netting, scenarios: DEFAULT_SCENARIOS }), [version, netting]);
  return (
    <Card id="what-if" className={className} title="What if single records were others?"
      sub="Open a record above to choose it, or paste instrument ids"
      action={(
        <Segmented label="Netting" options={OPTIONS} value={netting}
          onChange={(next) => void setNetting(next)} />
      )}>
      <WhatIf subject={subject} />
    </Card>
  );
}
