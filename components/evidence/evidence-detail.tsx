"use client";

import { useState } from "react";
import "./evidence.css";
import { BasisButton } from "@/components/basis/basis-button";
import { versionFilterQuery } from "@/components/dataset/version-filter";
import { Page } from "@/components/shell/page";
import { Badge } from "@/components/ui/badge";
import { Button } from "@/components/ui/button";
import { Card } from "@/components/ui/card";
import { CopyButton } from "@/components/ui/copy-button";
import { HashText } from "@/components/ui/figure";
import { moneyScale, plural, shortId, time, type MoneyScale } from "@/components/ui/format";
import {
  EmptyState, SkeletonGrid, SkeletonStack, type SkeletonGridProps,
} from "@/components/ui/states";
import { useOperation } from "@/lib/client/hooks";
import { canonicalJson, type Json } from "@/lib/kernel/canonical";
import type { DebtExposure } from "@/lib/risk";
import { isSound } from "./checks";
import { analysisInWords, analysisName } from "./analysis-figures";
import { Differences } from "./differences";
import { EvidenceIdentity } from "./evidence-identity";
import { SegmentList } from "@/components/run/segment-list";
import { EvidenceFindings, EvidenceRuns } from "./evidence-links";
import { EvidenceTrace, type Trace } from "./evidence-trace";
import { evidenceTitle, kindWord } from "./evidence-words";
import { FiguresTable } from "./figures-table";
import { exposureFigures, stressFigures } from "./formulas";
import { JsonView } from "./json-view";
import { kpiFigures } from "./kpi-formulas";
import { readExposure, readKpis, readNetting, readStress, readText } from "./payload";
import { Refusal } from "./refusal";
import {
  baseIdOf, useEvidenceRecords, useRecordChecks, useServerVerdict, type Evidence,
} from "./use-evidence";
import { VerificationBanner } from "./verification-banner";

const LIST = { label: "Evidence", href: "/evidence" };
const COMING: SkeletonGridProps["cards"] = [
  { columns: 12, height: 56 }, { columns: 12, height: 172 }, { columns: 7, height: 480 },
  { columns: 5, height: 320 },
];

export function EvidenceDetail({ id }: { id: string }) {
  const read = useOperation("getEvidence", { path: { id } });
  const trace = useOperation("traceEvidence", { path: { id } }, { enabled: read.isSuccess });
  if (read.data) {
    return (
      <Detail evidence={read.data} trace={trace.data}
        traceState={trace.error ? (
          <Refusal error={trace.error} subject="The trace" onRetry={() => void trace.refetch()}
            back={{ href: LIST.href, label: "All evidence" }} />
        ) : null} />
    );
  }
  return (
    <Page title={`Evidence ${shortId(id)}`} crumbs={[LIST, { label: shortId(id), mono: true }]}>
      {read.error ? (
        <Refusal error={read.error} subject="This evidence" onRetry={() => void read.refetch()}
          back={{ href: LIST.href, label: "All evidence" }} />
      ) : <SkeletonGrid cards={COMING} label="Loading the evidence" />}
    </Page>
  );
}

interface DetailProps {
  evidence: Evidence;
  trace: Trace | undefined;
  traceState: React.ReactNode;
}

function crumbsOf(evidence: Evidence, trace: Trace | undefined) {
  return [
    LIST,
    ...(trace ? [{ label: `${trace.dataset.name} v${trace.dataset.version_number}`,
      href: `/evidence?${versionFilterQuery(
        trace.dataset.dataset_id, evidence.dataset_version_id)}` }] : []),
    { label: shortId(evidence.evidence_id), mono: true },
  ];
}

function Detail({ evidence, trace, traceState }: DetailProps) {
  const baseId = baseIdOf(evidence);
  const related = useEvidenceRecords(baseId ? [evidence.evidence_id, baseId]
    : [evidence.evidence_id]);
  const checks = useRecordChecks(related.records);
  // A verification on the server is an event of the audit log: it takes somebody who asks for it.
  const [isAsked, setAsked] = useState(false);
  const verdict = useServerVerdict(evidence.dataset_version_id, isAsked);
  const base = related.records.find((record) => record.evidence_id === baseId);
  const exposure = readExposure((base ?? evidence).payload);
  const stress = readStress(evidence.payload);
  const currency = readText(evidence.payload, "base_currency")
    ?? trace?.dataset.base_currency ?? "";
  const scale = moneyScale(
    exposure?.total_outstanding ?? stress?.net_exposure_after_recovery, currency);
  const isBroken = checks.some((check) =>
    check.evidenceId === evidence.evidence_id && !isSound(check))
    || verdict.data?.first_bad?.id === evidence.evidence_id;
  const isChecking = verdict.isFetching || related.isLoading;
  const verify = () => {
    setAsked(true);
    if (isAsked) { void verdict.refetch(); void related.refetch(); }
  };
  return (
    <Page
      title={evidenceTitle(evidence.kind, stress?.scenario_id ?? null,
        analysisName(evidence.payload))}
      crumbs={crumbsOf(evidence, trace)}
      sub={<Badges evidence={evidence} trace={trace} isBroken={isBroken} />}
      actions={(
        <>
          <BasisButton versionIds={[evidence.dataset_version_id]}
            engineVersion={evidence.engine_version} />
          <CopyButton text={() => window.location.href} what="a link to this record" icon="link">
            Copy link
          </CopyButton>
          <Button kind="primary" icon="ok" busy={isChecking} onClick={verify}>
            {isAsked ? "Verify again" : "Verify"}
          </Button>
        </>
      )}
    >
      <VerificationBanner subject="this figure" checks={checks} checksLoading={related.isLoading}
        checksError={related.error} verdict={verdict.data} verdictAt={verdict.dataUpdatedAt}
        verdictError={verdict.error} isChecking={isChecking} />
      <Differences checks={checks} />
      {trace ? (
        <EvidenceTrace trace={trace} scale={scale}
          net={exposure?.net_exposure_after_recovery ?? null} />
      ) : traceState ?? <SkeletonStack lines={1} height={132} label="Loading the trace" />}
      <div className="grid">
        <div className="c7 card-stack">
          <Figures evidence={evidence} exposure={exposure} scale={scale} currency={currency}
            isBroken={isBroken} isLoading={related.isLoading} />
          <Content evidence={evidence} />
        </div>
        <div className="c5 card-stack">
          <EvidenceIdentity evidence={evidence} trace={trace} />
          {trace ? (
            <>
              <EvidenceFindings findings={trace.findings} scale={scale} />
              {evidence.kind === "kpi" ? null : <EvidenceRuns runs={trace.runs} />}
            </>
          ) : null}
        </div>
      </div>
    </Page>
  );
}

interface BadgesProps {
  evidence: Evidence;
  trace: Trace | undefined;
  /** Its content, figures or id no longer fit. */
  isBroken: boolean;
}

function Badges({ evidence, trace, isBroken }: BadgesProps) {
  const [run] = [...trace?.runs ?? []].sort((a, b) => a.recorded_at.localeCompare(b.recorded_at));
  const findings = trace?.findings ?? [];
  const material = findings.filter((finding) => finding.is_material).length;
  return (
    <p className="row wrap head-badges">
      {isBroken ? <Badge state="critical">Does not verify</Badge>
        : <Badge state="evidence" icon="lock">Sealed</Badge>}
      {findings.length > 0 ? (
        <Badge state={material > 0 ? "critical" : "normal"}>
          {material > 0 && material < findings.length
            ? `Material to ${material} of ${plural(findings.length, "line")}`
            : material > 0 ? "Material" : "Not material"}
        </Badge>
      ) : null}
      <span className="hint">
        Recorded {time(evidence.created_at, { seconds: true })}
        {run ? <> by {run.recorded_by} in run{" "}
          <HashText short value={run.run_id} href={`/runs/${run.run_id}`} /></> : null}
      </span>
    </p>
  );
}

interface FiguresProps {
  evidence: Evidence;
  exposure: DebtExposure | null;
  scale: MoneyScale;
  currency: string;
  /** What it says is not what was recorded. */
  isBroken: boolean;
  isLoading: boolean;
}

function figuresTitle(evidence: Evidence, exposure: DebtExposure, scale: MoneyScale): string {
  const stress = readStress(evidence.payload);
  const net = exposure.net_exposure_after_recovery;
  if (!stress) return `Net exposure is ${scale.inWords(net)}`;
  if (stress.loss_estimate === 0) return `Net exposure stays at ${scale.inWords(net)}, no loss`;
  return `Net exposure rises from ${scale.format(net)} to `
    + `${scale.format(stress.net_exposure_after_recovery)}, a loss of `
    + scale.inWords(stress.loss_estimate);
}

function Figures({ evidence, exposure, scale, currency, isBroken, isLoading }: FiguresProps) {
  const stress = readStress(evidence.payload);
  const analysis = evidence.kind === "analysis" ? analysisInWords(evidence.payload) : null;
  if (analysis) {
    return (
      <Card id="figures" flush sub={analysis.asked}
        title={isBroken ? "Figures that do not verify" : analysis.name}>
        <FiguresTable label="Figures with formulas" rows={analysis.rows} currency={currency} />
      </Card>
    );
  }
  const recorded = evidence.kind === "kpi" ? readKpis(evidence.payload) : null;
  if (recorded) {
    const rows = kpiFigures(recorded.inputs, recorded.kpis);
    const known = rows.filter((row) => row.reason === undefined).length;
    return (
      <Card id="figures" flush
        title={isBroken ? "Figures that do not verify" : `${known} of ${rows.length} KPIs have a value`}
        sub={`Amounts in ${currency}; each figure with its formula and the values in it`}>
        <FiguresTable label="Figures with formulas" rows={rows} />
      </Card>
    );
  }
  if (!exposure) {
    return (
      <Card id="figures" title="Figures">
        {isLoading ? <SkeletonStack lines={6} height={36} label="Loading the figures" /> : (
          <EmptyState icon="table" title={`No formula for ${kindWord(evidence.kind).toLowerCase()}`}>
            The recorded content below says everything that was recorded.
          </EmptyState>
        )}
      </Card>
    );
  }
  const netting = readNetting(evidence.payload);
  const rows = stress ? stressFigures(exposure, stress, netting)
    : exposureFigures(exposure, netting);
  return (
    <Card id="figures" flush
      title={isBroken ? "Figures that do not verify" : figuresTitle(evidence, exposure, scale)}
      sub={`${currency}; each figure with its formula and the values in it`}>
      <FiguresTable label="Figures with formulas" rows={rows} currency={currency} />
      {stress?.segment_shocks ? (
        <div className="card-body">
          <p className="hint">
            Results are sums over all loans. Loans of these segments have shocks of their own, the
            formulas show those of all others:
          </p>
          <SegmentList segments={stress.segment_shocks} />
        </div>
      ) : null}
    </Card>
  );
}

function canonicalText(payload: unknown): string {
  try {
    return canonicalJson(payload as Json);
  } catch {
    return JSON.stringify(payload);
  }
}

function Content({ evidence }: { evidence: Evidence }) {
  return (
    <Card id="content" title="Recorded content"
      sub="Canonical JSON (RFC 8785), shown with line breaks; Copy gives the exact text that is hashed"
      action={(
        <CopyButton small text={() => canonicalText(evidence.payload)} what="the content">
          Copy
        </CopyButton>
      )}>
      <JsonView value={evidence.payload} label="Recorded content as JSON" />
    </Card>
  );
}
