"use client";

import "./analytics.css";
import type { ReactNode } from "react";
import { parseAsStringLiteral, useQueryState } from "nuqs";
import { BasisButton } from "@/components/basis/basis-button";
import { Refusal } from "@/components/dataset/refusal";
import type { DatasetVersion } from "@/components/shell/current-version";
import { useCurrentVersion } from "@/components/shell/current-version";
import { roleReason, useMe } from "@/components/shell/me";
import { Page } from "@/components/shell/page";
import { ButtonLink } from "@/components/ui/button";
import { date } from "@/components/ui/format";
import { EmptyState, SkeletonGrid } from "@/components/ui/states";
import { Tabs } from "@/components/ui/tabs";
import { NETTINGS, type DebtExposure } from "@/lib/risk";
import { ANALYSIS_TABS, type AnalysisTab } from "./analysis-tabs";
import { useBasis } from "./use-basis";
import { later } from "@/components/ui/later";

const ConcentrationTab = later(
  () => import("./concentration-tab").then((part) => part.ConcentrationTab));
const CreditTab = later(() => import("./credit-tab").then((part) => part.CreditTab));
const IrbTab = later(() => import("./irb-tab").then((part) => part.IrbTab));
const KpiTab = later(() => import("./kpi-tab").then((part) => part.KpiTab));
const ProjectionTab = later(() => import("./projection-tab").then((part) => part.ProjectionTab));
const ReverseTab = later(() => import("./reverse-tab").then((part) => part.ReverseTab));
const SensitivityTab = later(() => import("./sensitivity-tab").then((part) => part.SensitivityTab));
const VarTab = later(() => import("./var-tab").then((part) => part.VarTab));

const TAB_NAMES = ANALYSIS_TABS.map(({ value }) => value);
const parameter = parseAsStringLiteral(TAB_NAMES).withDefault("sensitivity")
  .withOptions({ history: "push" });

/** Of figures that are typed or pasted, not of the version. */
const OF_TYPED: readonly AnalysisTab[] = ["projection", "value-at-risk"];
const nettingParameter = parseAsStringLiteral(NETTINGS).withDefault("portfolio");

const TITLE = "Analytics";
const SUB = "Why, how far, how likely, how concentrated, and what if it lasts.";

function NoVersion() {
  const me = useMe();
  return (
    <EmptyState icon="ana" title="No sealed version yet"
      action={(
        <ButtonLink kind="primary" href="/datasets/import"
          disabledReason={roleReason(me, "INGEST")}>Import a loan tape</ButtonLink>
      )}>
      Analyses look at a sealed dataset version.
    </EmptyState>
  );
}

function Basis({ version, exposure, children }: {
  version: DatasetVersion; exposure: DebtExposure;
  children: (basis: ReturnType<typeof useBasis>) => ReactNode;
}) {
  return children(useBasis(version, exposure));
}

/** What a tab needs of the chosen version, or why it is not there. */
function OfVersion({ children }: {
  children: (version: DatasetVersion, exposure: DebtExposure) => ReactNode;
}) {
  const { version, isLoading, error } = useCurrentVersion();
  if (version?.consolidated) return children(version, version.consolidated);
  if (isLoading) {
    return <SkeletonGrid label="Loading the version"
      cards={[{ columns: 4, height: 320 }, { columns: 8, height: 320 }]} />;
  }
  if (error) {
    return <Refusal error={error} what="The version could not be shown."
      onRetry={() => window.location.reload()}
      action={<ButtonLink href="/analytics">Take the newest version</ButtonLink>} />;
  }
  return <NoVersion />;
}

/** The questions after "how much". */
export function AnalyticsPage() {
  const [tab, setTab] = useQueryState("tab", parameter);
  const [netting] = useQueryState("netting", nettingParameter);
  const { version } = useCurrentVersion();
  const byBasis = (show: (basis: ReturnType<typeof useBasis>) => ReactNode) => (
    <OfVersion>
      {(found, exposure) => (
        <Basis key={found.dataset_version_id} version={found} exposure={exposure}>{show}</Basis>
      )}
    </OfVersion>
  );
  const content: Record<AnalysisTab, ReactNode> = {
    sensitivity: byBasis((basis) => <SensitivityTab basis={basis} />),
    reverse: byBasis((basis) => <ReverseTab basis={basis} />),
    "credit-loss": (
      <OfVersion>{(found, exposure) => <CreditTab version={found} exposure={exposure} />}
      </OfVersion>
    ),
    concentration: (
      <OfVersion>{(found, exposure) => <ConcentrationTab version={found} exposure={exposure} />}
      </OfVersion>
    ),
    irb: <IrbTab />,
    projection: <ProjectionTab />,
    "value-at-risk": <VarTab />,
    "past-due": <OfVersion>{(found) => <KpiTab version={found} />}</OfVersion>,
  };
  const tabs = ANALYSIS_TABS.map(({ value, label }) => ({ value, label, content: content[value] }));
  return (
    <Page className="analytics" title={TITLE} sub={version?.as_of
      ? `${SUB} ${version.dataset_name} v${version.number}, as of ${date(version.as_of)}.` : SUB}
      actions={(
        <BasisButton analysis={tab}
          versionIds={version && !OF_TYPED.includes(tab) ? [version.dataset_version_id] : []}
          {...tab === "sensitivity" || tab === "reverse" ? { preview: { netting } } : {}} />
      )}>
      <Tabs label="Analyses" value={tab} tabs={tabs}
        onChange={(value) => void setTab(value as AnalysisTab)} />
    </Page>
  );
}
