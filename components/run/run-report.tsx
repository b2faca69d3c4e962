"use client";

import { useState } from "react";
import { BasisButton } from "@/components/basis/basis-button";
import { Differences } from "@/components/evidence/differences";
import { Refusal } from "@/components/evidence/refusal";
import {
  useEvidenceRecords, useRecordChecks, useServerVerdict,
} from "@/components/evidence/use-evidence";
import { VerificationBanner } from "@/components/evidence/verification-banner";
import { Page } from "@/components/shell/page";
import { Badge } from "@/components/ui/badge";
import { Button, ButtonLink } from "@/components/ui/button";
import { CopyButton } from "@/components/ui/copy-button";
import { date, moneyScale, plural, shortId, time, type MoneyScale } from "@/components/ui/format";
import { Icon } from "@/components/ui/icon";
import { later, laterOverlay } from "@/components/ui/later";
import { PickedNote, usePicked } from "@/components/ui/picked";
import { scenarioName } from "@/lib/risk/scenario-name";
import { Menu, type MenuItem } from "@/components/ui/menu";
import { SkeletonGrid, type SkeletonGridProps } from "@/components/ui/states";
import { addressOf } from "@/lib/contract/addresses";
import { useOperation } from "@/lib/client/hooks";
import { NarrativeCard } from "./narrative-card";
import { ReportCharts } from "./report-charts";
import { ReportEvidence } from "./report-evidence";
import { ReportFacts, ReportScenarios } from "./report-facts";
import { ReportFindings } from "./report-findings";
import { ReportAssumptions, ReportWarnings } from "./report-notes";
import { ReportProof } from "./report-proof";
import { ReportExposure, ReportStress } from "./report-results";
import { headline, worstOf, type Run } from "./run-words";
import { SignOffCard } from "./sign-off-card";
import { SIGN_OFF_BADGES, SIGN_OFF_LABELS } from "./sign-off-words";

const CommentsCard = later(() => import("./comments-card").then((part) => part.CommentsCard));
const ReportGroups = laterOverlay(() => import("./report-groups").then((part) => part.ReportGroups));
const ReportInstruments = laterOverlay(
  () => import("./report-instruments").then((part) => part.ReportInstruments));

const LIST = { label: "Runs", href: "/runs" };
const COMING: SkeletonGridProps["cards"] = [
  { columns: 4, height: 300 }, { columns: 4, height: 300 }, { columns: 4, height: 300 },
  { columns: 7, height: 320 }, { columns: 5, height: 320 }, { columns: 12, height: 240 },
];

export function RunReport({ id }: { id: string }) {
  const read = useOperation("getRun", { path: { id } }, { staleTime: Infinity });
  if (read.data) return <Report run={read.data} />;
  return (
    <Page title={`Run ${shortId(id)}`} crumbs={[LIST, { label: shortId(id), mono: true }]}>
      {read.error ? (
        <Refusal error={read.error} subject="This run" onRetry={() => void read.refetch()}
          back={{ href: LIST.href, label: "All runs" }} remains={<BundleOfErased id={id} />} />
      ) : <SkeletonGrid cards={COMING} label="Loading the run" />}
    </Page>
  );
}

/** What an auditor asks for after an erasure: it still proves what there was, and when. */
const BundleOfErased = ({ id }: { id: string }) => (
  <a className="btn primary" download href={addressOf("exportRun", { id }, { format: "zip" }).url}>
    <Icon name="dl" />Bundle with hashes and proofs
  </a>
);

const evidenceIds = (run: Run): string[] => [...new Set(
  [run.debt_exposure_evidence_id, ...Object.values(run.stress_test_evidence_ids)])];

function Report({ run }: { run: Run }) {
  const scale = moneyScale(run.report.debt_exposure.total_outstanding, run.base_currency);
  const scenario = usePicked("scenario");
  const [isAsked, setAsked] = useState(false);
  const evidence = useEvidenceRecords(evidenceIds(run));
  const checks = useRecordChecks(evidence.records);
  const verdict = useServerVerdict(run.dataset_version_id, isAsked);
  const isChecking = isAsked && (verdict.isFetching || evidence.isLoading);
  const picked = run.report.stress_tests.find((each) => each.scenario_id === scenario.id) ?? null;
  const pick = { id: picked?.scenario_id ?? null, toggle: scenario.toggle };
  const verify = () => {
    setAsked(true);
    if (isAsked) { void verdict.refetch(); void evidence.refetch(); }
  };
  return (
    <Page
      className="report"
      title={headline(run, scale)}
      crumbs={[LIST, { label: `${run.dataset_name} v${run.dataset_version_number}`,
        href: `/versions/${run.dataset_version_id}` }, { label: shortId(run.run_id), mono: true }]}
      sub={<Lede run={run} scale={scale} />}
      actions={<Actions run={run} isChecking={isChecking} isAsked={isAsked} onVerify={verify} />}
    >
      {isAsked ? (
        <VerificationBanner subject="this run" checks={checks} checksLoading={evidence.isLoading}
          checksError={evidence.error} verdict={verdict.data} verdictAt={verdict.dataUpdatedAt}
          verdictError={verdict.error} isChecking={isChecking} />
      ) : null}
      {isAsked ? <Differences checks={checks} /> : null}
      <div className="grid report-grid">
        <NarrativeCard run={run} />
        <SignOffCard run={run} />
      </div>
      <ReportCharts run={run} scale={scale} shown={picked ?? worstOf(run)}
        onShow={scenario.toggle} />
      <div className="grid report-grid">
        <ReportFindings run={run} pick={pick} />
        <ReportFacts run={run} />
        <ReportStress run={run} pick={pick} />
        <ReportGroups run={run} scenario={pick.id} />
        <ReportInstruments run={run} />
        <div className="c7 card-stack">
          <ReportExposure run={run} />
          <ReportEvidence run={run} records={evidence.records} error={evidence.error}
            isLoading={evidence.isLoading} checks={isAsked ? checks : []} />
        </div>
        <div className="c5 card-stack">
          <ReportScenarios run={run} />
          <ReportWarnings run={run} />
          <ReportAssumptions run={run} />
        </div>
        <CommentsCard run={run} />
        <ReportProof run={run} />
      </div>
      <PickedNote name={picked && scenarioName(picked.scenario_id)} note="in every view of the run"
        onClear={scenario.clear} />
    </Page>
  );
}

function coverText(owed: number, net: number, scale: MoneyScale): string {
  if (owed === 0) return "Nothing is owed in this version.";
  const cover = "covered by collateral and recovery";
  return net === 0 ? `${scale.inWords(owed)} are owed, all of it ${cover}.`
    : `${scale.inWords(owed)} are owed, ${scale.inWords(net)} of it not ${cover}.`;
}

function Lede({ run, scale }: { run: Run; scale: MoneyScale }) {
  const signOff = useOperation("getSignOff", { path: { id: run.run_id } });
  const { state } = signOff.data ?? run.sign_off;
  const material = run.material_findings.filter((finding) => finding.is_material).length;
  const { total_outstanding: owed, net_exposure_after_recovery: net } = run.report.debt_exposure;
  return (
    <>
      <p className="report-mark">TodiScope stress test report</p>
      <p>{coverText(owed, net, scale)}</p>
      <p className="row wrap head-badges">
        <Badge state="evidence" icon="lock">Recorded</Badge>
        <Badge state={material > 0 ? "critical" : "normal"}>
          {`${material} of ${plural(run.material_findings.length, "finding")} material`}
        </Badge>
        <Badge state={SIGN_OFF_BADGES[state]}>{SIGN_OFF_LABELS[state]}</Badge>
        <span className="hint">
          {run.dataset_name} v{run.dataset_version_number}
          {run.as_of ? `, as of ${date(run.as_of)}` : ""}. Recorded{" "}
          {time(run.recorded_at, { seconds: true })} by {run.recorded_by}
        </span>
      </p>
    </>
  );
}

interface ActionsProps {
  run: Run;
  isAsked: boolean;
  isChecking: boolean;
  onVerify: () => void;
}

const FILES = [
  ["csv", "CSV", "Every figure with its evidence"],
  ["json", "JSON", "The answer of the API"],
  ["parquet", "Parquet", "What each instrument comes to, in all scenarios"],
  ["zip", "Bundle", "Inputs, proofs and a verifier, to be checked offline"],
] as const;

const REPORTS = [
  ["internal", "Internal report", "Everything the run says, with groups and glossary"],
  ["regulator", "For the supervisor", "Sign-off, parameters, assumptions and evidence first"],
  ["board", "Board one-pager", "Summary, key figures, one chart and the sign-off"],
] as const;

function exportItems(run: Run): MenuItem[] {
  const hrefOf = (query: { format: string; template?: string }): string =>
    addressOf("exportRun", { id: run.run_id }, query).url;
  return [
    ...REPORTS.flatMap(([template, label, note]): MenuItem[] => [
      { label: `${label}, PDF`, note, download: true, href: hrefOf({ format: "pdf", template }) },
      { label: `${label}, Excel workbook`, download: true,
        href: hrefOf({ format: "xlsx", template }) },
    ]),
    { kind: "line" },
    ...FILES.map(([format, label, note]): MenuItem =>
      ({ label, note, download: true, href: hrefOf({ format }) })),
  ];
}

function Actions({ run, isAsked, isChecking, onVerify }: ActionsProps) {
  const bench = `/workbench?version=${run.dataset_version_id}&run=${run.run_id}`;
  return (
    <>
      <ButtonLink href={bench} icon="bench">Open in workbench</ButtonLink>
      <BasisButton runIds={[run.run_id]} />
      <ButtonLink href={`/runs/compare?base=${run.run_id}`} icon="compare">Compare with...</ButtonLink>
      <Menu items={exportItems(run)} trigger={<Button icon="dl">Export</Button>} />
      <Button icon="file" onClick={() => window.print()}>Print</Button>
      <CopyButton text={() => window.location.href} what="a link to this report" icon="link">
        Copy link
      </CopyButton>
      <Button kind="primary" icon="ok" busy={isChecking} onClick={onVerify}>
        {isAsked ? "Verify again" : "Verify"}
      </Button>
    </>
  );
}
