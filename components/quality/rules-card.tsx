"use client";

import { useState } from "react";
import { Refusal } from "@/components/dataset/refusal";
import { ruleWords } from "@/components/dataset/words";
import { roleReason, useMe } from "@/components/shell/me";
import { Button } from "@/components/ui/button";
import { Card } from "@/components/ui/card";
import { plural, time } from "@/components/ui/format";
import { SkeletonStack } from "@/components/ui/states";
import { useOperation } from "@/lib/client/hooks";
import { ruleInWords } from "@/lib/contract/facts";
import { EditRules } from "./edit-rules";
import type { QualityRules } from "./rules-draft";
import { limitWords, SEVERITY_WORDS, toleranceWord } from "./words";

type Line = { key: string; what: string; asks: string; effect: string };

function toleranceLines({ tolerances }: QualityRules): Line[] {
  const { max_missing_pct: missing, ...limits } = tolerances;
  const line = (name: "max_rejected_pct" | "max_problem_pct" | "min_score" | "max_missing_pct",
    field: string | null, limit: number | undefined): Line[] => limit === undefined ? [] : [{
    key: `${name} ${field}`, what: toleranceWord({ name, field }),
    asks: limitWords({ name, limit }), effect: "Stops the seal" }];
  return [
    ...(["max_rejected_pct", "max_problem_pct", "min_score"] as const)
      .flatMap((name) => line(name, null, limits[name])),
    ...Object.entries(missing ?? {}).flatMap(([field, limit]) =>
      line("max_missing_pct", field, limit)),
  ];
}

function ruleLines({ rules, built_ins: builtIns }: QualityRules): Line[] {
  return [
    ...rules.map((rule) => ({ key: rule.id, what: rule.description,
      asks: ruleInWords(rule) + (rule.when ? ", for some records" : ""),
      effect: SEVERITY_WORDS[rule.severity] })),
    ...builtIns.filter(({ severity, default_severity: usual }) => severity !== usual)
      .map(({ id, description, words, severity }) => ({ key: id,
        what: words === null ? ruleWords(id) : description, asks: "Built-in rule",
        effect: SEVERITY_WORDS[severity] })),
  ];
}

function title(tolerances: readonly Line[], { rules }: QualityRules): string {
  const own = rules.length === 0 ? "the built-in rules"
    : `the built-in rules and ${plural(rules.length, "rule")} of this dataset`;
  return tolerances.length === 0 ? `Tapes are checked by ${own}; nothing stops the seal`
    : `Tapes are checked by ${own}; ${plural(tolerances.length, "tolerance")} can stop the seal`;
}

/** What a dataset asks of its tapes, and the way to change it. */
export function QualityRulesCard({ datasetId, className }: {
  datasetId: string; className?: string;
}) {
  const [isEditing, setEditing] = useState(false);
  const reason = roleReason(useMe(), "INGEST");
  const query = useOperation("getQualityRules", { path: { id: datasetId } });
  const settings = query.data;
  if (!settings) {
    return (
      <Card id="quality-rules" title="Quality rules" className={className}>
        {query.error
          ? <Refusal error={query.error} what="The quality rules could not be read."
              onRetry={() => void query.refetch()} />
          : <SkeletonStack lines={4} label="Loading the quality rules" />}
      </Card>
    );
  }
  const tolerances = toleranceLines(settings);
  const lines = [...tolerances, ...ruleLines(settings)];
  return (
    <Card
      id="quality-rules"
      className={className}
      title={title(tolerances, settings)}
      sub="A version keeps the rules that it was imported under"
      action={(
        <Button icon="edit" disabledReason={reason} onClick={() => setEditing(true)}>
          Change rules
        </Button>
      )}
      foot={settings.changed_at ? (
        <span>Changed {time(settings.changed_at)} by {settings.changed_by}</span>
      ) : undefined}
      flush
    >
      {lines.length === 0 ? (
        <p className="card-body hint">
          {plural(settings.built_ins.length, "built-in rule")} mark rows with contradictions,
          outliers and values out of range. Tolerances and rules of its own can be added.
        </p>
      ) : (
        <div className="table-wrap" tabIndex={0} role="region" aria-label="Table of quality rules">
          <table>
            <thead><tr><th scope="col">What</th><th scope="col">Asks for</th>
              <th scope="col">If broken</th></tr></thead>
            <tbody>
              {lines.map(({ key, what, asks, effect }) => (
                <tr key={key}>
                  <th scope="row">{what}</th><td>{asks}</td><td className="muted">{effect}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
      {isEditing ? <EditRules settings={settings} onClose={() => setEditing(false)} /> : null}
    </Card>
  );
}
