"use client";

import { useState } from "react";
import { Refusal } from "@/components/dataset/refusal";
import { SegmentList } from "@/components/run/segment-list";
import { roleReason, useMe } from "@/components/shell/me";
import { Button } from "@/components/ui/button";
import { Card } from "@/components/ui/card";
import { plural } from "@/components/ui/format";
import { SkeletonStack } from "@/components/ui/states";
import { SHOCK_LABELS, shockInWords } from "@/components/workbench/words";
import { useOperation } from "@/lib/client/hooks";
import { SHOCK_NAMES } from "@/lib/risk";
import { CloneDialog } from "./clone-dialog";
import type { LibraryScenario, Template } from "./scenario-words";
import { Tags } from "./state-badge";

const shocksLine = ({ scenario }: Template): string => SHOCK_NAMES
  .filter((name) => scenario[name] !== 0)
  .map((name) => `${SHOCK_LABELS[name]} ${shockInWords(name, scenario[name])}`).join(", ");

/** Built-in scenarios to start from, each with where it comes from and what it does not say. */
export function TemplatesCard({ onCloned }: { onCloned: (entry: LibraryScenario) => void }) {
  const [cloned, setCloned] = useState<Template | null>(null);
  const reason = roleReason(useMe(), "EXECUTE");
  const query = useOperation("listScenarioTemplates", {}, { staleTime: Infinity });
  const items = query.data?.items ?? [];
  return (
    <Card id="templates" title={items.length > 0
      ? `${plural(items.length, "template")} to start from, none of them a forecast` : "Templates"}
      sub="Round sizes for a first look. Clone one and set the sizes that fit your book.">
      {query.error ? <Refusal error={query.error} what="The templates are not shown."
        onRetry={() => void query.refetch()} />
        : query.isPending ? <SkeletonStack lines={6} label="Loading the templates" /> : (
          <ul className="template-list" aria-label="Templates">
            {items.map((template) => (
              <li key={template.template_id}>
                <div className="row wrap">
                  <h3>{template.name}</h3>
                  <Button small icon="copy" disabledReason={reason}
                    aria-label={`Clone ${template.name}`} onClick={() => setCloned(template)}>
                    Clone
                  </Button>
                </div>
                <span>{template.scenario.description} {shocksLine(template)}.</span>
                <SegmentList segments={template.scenario.segment_shocks} />
                <span className="hint">Origin: {template.origin}</span>
                <span className="hint">Limits: {template.limits}</span>
                <Tags tags={template.tags} />
              </li>
            ))}
          </ul>
        )}
      {cloned ? (
        <CloneDialog id={cloned.template_id} name={cloned.name}
          scenarioId={cloned.scenario.scenario_id} onClose={() => setCloned(null)}
          onCloned={onCloned} />
      ) : null}
    </Card>
  );
}
