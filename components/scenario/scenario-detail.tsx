"use client";

import "./scenario.css";
import { useRouter } from "next/navigation";
import { useState } from "react";
import { Refusal } from "@/components/dataset/refusal";
import { roleReason, useMe } from "@/components/shell/me";
import type { Me } from "@/components/shell/me";
import { Page } from "@/components/shell/page";
import { useItems } from "@/components/table/paged-table";
import { Badge } from "@/components/ui/badge";
import { Button, ButtonLink, IconButton } from "@/components/ui/button";
import { Card } from "@/components/ui/card";
import { plural } from "@/components/ui/format";
import { Menu } from "@/components/ui/menu";
import { SkeletonStack } from "@/components/ui/states";
import { useToast } from "@/components/ui/toast";
import { useOperation, useOperationPages } from "@/lib/client/hooks";
import { CloneDialog } from "./clone-dialog";
import { DecisionDialog } from "./decision-dialog";
import type { Decision } from "./decision-dialog";
import { downloadScenarios } from "./export-file";
import { draftOfVersion } from "./scenario-draft";
import { ScenarioForm } from "./scenario-form";
import type { LibraryScenario } from "./scenario-words";
import { StateBadge } from "./state-badge";
import { VersionBlock } from "./version-block";
import { workbenchHref } from "./workbench-link";

type Asked = Decision | "version" | "clone" | null;

interface ActionProps {
  entry: LibraryScenario;
  me: Me;
  onAsk: (asked: Asked) => void;
}

const ARCHIVED = "It is archived: bring it back first.";

function MoreMenu({ entry, me, onAsk }: ActionProps) {
  const toast = useToast();
  const execute = roleReason(me, "EXECUTE");
  const approve = roleReason(me, "APPROVE");
  const isArchived = entry.archived_at !== null;
  return (
    <Menu trigger={<IconButton icon="more" large label="More actions" />} items={[
      { label: "Clone", icon: "copy", onSelect: () => onAsk("clone"), disabledReason: execute },
      { label: "Export as JSON", icon: "dl", onSelect: () => {
        downloadScenarios([entry.library_scenario_id], entry.scenario_id).catch((error: Error) =>
          toast.show({ title: `Nothing was exported. ${error.message}`, state: "critical" }));
      } },
      { kind: "line" },
      { label: "Retire the approved version", icon: "stop", onSelect: () => onAsk("retire"),
        disabledReason: approve ?? (entry.approved_version === null ? "No version is approved."
          : isArchived ? ARCHIVED : null) },
      { label: isArchived ? "Bring back from the archive" : "Archive",
        icon: isArchived ? "undo" : "file", disabledReason: execute,
        onSelect: () => onAsk(isArchived ? "restore" : "archive") },
    ]} />
  );
}

function Actions(props: ActionProps) {
  const { entry, me, onAsk } = props;
  const { latest } = entry;
  const execute = roleReason(me, "EXECUTE");
  const isArchived = entry.archived_at !== null ? ARCHIVED : null;
  const approve = roleReason(me, "APPROVE") ?? isArchived
    ?? (latest.author === me.email ? "Who wrote a version cannot approve it." : null);
  return (
    <>
      <ButtonLink icon="bench" href={workbenchHref(latest)}>Open in workbench</ButtonLink>
      <Button icon="edit" disabledReason={execute ?? isArchived} onClick={() => onAsk("version")}>
        New version
      </Button>
      {latest.state === "draft" ? (
        <Button kind="primary" disabledReason={execute ?? isArchived}
          onClick={() => onAsk("submit")}>Submit for approval</Button>
      ) : null}
      {latest.state === "submitted" ? (
        <>
          <Button disabledReason={roleReason(me, "APPROVE") ?? isArchived}
            onClick={() => onAsk("reject")}>Reject</Button>
          <Button kind="primary" disabledReason={approve} onClick={() => onAsk("approve")}>
            Approve
          </Button>
        </>
      ) : null}
      <MoreMenu {...props} />
    </>
  );
}

function Versions({ entry }: { entry: LibraryScenario }) {
  const list = useOperationPages("listScenarioVersions",
    { path: { id: entry.library_scenario_id }, query: { limit: 50 } });
  const versions = useItems(list);
  const title = list.hasNextPage ? `The newest ${versions.length} versions`
    : plural(Math.max(1, versions.length), "version");
  return (
    <Card id="versions" title={`${title}, newest first`}
      sub="Each with what it changed and what was decided on it">
      {list.error ? <Refusal error={list.error} what="The versions are not shown."
        onRetry={() => void list.refetch()} />
        : list.isPending ? <SkeletonStack lines={8} label="Loading the versions" />
          : versions.map((version, index) => (
            <VersionBlock key={version.number} version={version}
              before={versions[index + 1] ?? null} />
          ))}
      {list.hasNextPage ? (
        <Button busy={list.isFetchingNextPage} onClick={() => void list.fetchNextPage()}>
          Show older versions
        </Button>
      ) : null}
    </Card>
  );
}

const CRUMBS = [{ label: "Scenarios", href: "/scenarios" }];

/** One scenario of the library: what it says, who decided what, and what can be done. */
export function ScenarioDetail({ id }: { id: string }) {
  const me = useMe();
  const router = useRouter();
  const [asked, setAsked] = useState<Asked>(null);
  const query = useOperation("getScenario", { path: { id } });
  const entry = query.data;
  if (!entry) {
    return (
      <Page title="Scenario" crumbs={[...CRUMBS, { label: "Scenario" }]}>
        {query.error ? <Refusal error={query.error} what="The scenario is not shown."
          action={query.error.status === 404
            ? <ButtonLink href="/scenarios">All scenarios</ButtonLink> : undefined}
          onRetry={() => void query.refetch()} />
          : <SkeletonStack lines={10} label="Loading the scenario" />}
      </Page>
    );
  }
  const close = () => setAsked(null);
  const { latest } = entry;
  return (
    <Page title={latest.name} crumbs={[...CRUMBS, { label: latest.name }]}
      sub={(
        <span className="row wrap">
          <StateBadge state={latest.state} />
          <span>Version {latest.number}</span>
          <span className="mono">{entry.scenario_id}</span>
          {entry.approved_version !== null && entry.approved_version !== latest.number
            ? <Badge state="normal">Version {entry.approved_version} is approved</Badge> : null}
          {entry.archived_at ? <Badge icon="file">Archived by {entry.archived_by}</Badge> : null}
        </span>
      )}
      actions={<Actions entry={entry} me={me} onAsk={setAsked} />}>
      <Versions entry={entry} />
      {asked === "version" ? (
        <ScenarioForm entry={entry} start={draftOfVersion(latest)} onClose={close}
          onSaved={close} />
      ) : asked === "clone" ? (
        <CloneDialog id={id} name={latest.name} scenarioId={`${entry.scenario_id}_2`} onClose={close}
          onCloned={(copy) => router.push(`/scenarios/${copy.library_scenario_id}`)} />
      ) : asked ? <DecisionDialog entry={entry} decision={asked} onClose={close} /> : null}
    </Page>
  );
}
