"use client";

import { Badge } from "@/components/ui/badge";
import { Card } from "@/components/ui/card";
import { FigureLink } from "@/components/ui/figure";
import type { MoneyScale } from "@/components/ui/format";
import type { BenchView, FindingFigures } from "./figures";
import { findingsTitle } from "./titles";
import { scenarioName } from "@/lib/risk/scenario-name";

export interface FindingsCardProps {
  view: BenchView;
  scale: MoneyScale;
  selectedId: string | null;
  onFinding: (finding: FindingFigures) => void;
}

function Finding({ finding, scale, selectedId, onFinding }: Omit<FindingsCardProps, "view"> & {
  finding: FindingFigures;
}) {
  const name = finding.scenarioId === null ? "Net exposure" : scenarioName(finding.scenarioId);
  const isPreview = finding.evidenceId === null;
  const line = scale.format(finding.line);
  return (
    <li className="mat" aria-current={
      (finding.scenarioId !== null && finding.scenarioId === selectedId) || undefined}>
      <div className="w">
        <b>
          <button type="button" className="plain" data-tip="Where the figure comes from"
            onClick={() => onFinding(finding)}>
            {name}
          </button>
        </b>
        <span className="muted">
          <FigureLink
            href={finding.evidenceId ? `/evidence/${finding.evidenceId}` : undefined}
            onSelect={isPreview ? () => onFinding(finding) : undefined}
            preview={isPreview}
            label={`${name}, ${scale.inWords(finding.value)}, `
              + (isPreview ? "where it comes from" : "evidence")}
          >
            {scale.format(finding.value)}
          </FigureLink>
          {" against "}
          {finding.lineRecorded ? line : <span className="pv-num">{line}</span>}
          {isPreview || !finding.lineRecorded ? ", preview" : ""}
        </span>
      </div>
      <Badge state={finding.isMaterial ? "critical" : "normal"}>
        {finding.isMaterial ? "Material" : "Not material"}
      </Badge>
    </li>
  );
}

export function FindingsCard({ view, ...props }: FindingsCardProps) {
  return (
    <Card id="bench-findings" title={findingsTitle(view.findings)}
      terms={["finding", "materiality-line"]}
      sub={`${props.scale.label}, value against its line`}>
      <ul>
        {view.findings.map((finding) => (
          <Finding key={finding.scenarioId ?? "net"} finding={finding} {...props} />
        ))}
      </ul>
    </Card>
  );
}
