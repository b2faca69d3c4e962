"use client";

import { useRouter } from "next/navigation";
import { LossBars } from "@/components/chart/loss-bars";
import { workbenchHref } from "@/components/dataset/links";
import { Refusal } from "@/components/dataset/refusal";
import { roleReason, useMe } from "@/components/shell/me";
import { Card } from "@/components/ui/card";
import { compactNumber, date, NARROW, shortId } from "@/components/ui/format";
import type { MoneyScale } from "@/components/ui/format";
import { SkeletonStack } from "@/components/ui/states";
import { ButtonLink } from "@/components/ui/button";
import Link from "next/link";
import type { StressBasis } from "./stress-basis";
import { stressTitle } from "./stress-basis";
import type { Overview } from "./use-overview";

export interface StressCardProps {
  versionId: string;
  basis: StressBasis;
  scale: MoneyScale;
  overview: Overview;
  className?: string;
}

const MOST = 8;

/** Stress losses against the materiality line, by size. */
export function StressCard(props: StressCardProps) {
  const { versionId, basis, scale, overview, className } = props;
  const router = useRouter();
  const reason = roleReason(useMe(), "EXECUTE");
  if (overview.runPending || overview.runError) {
    return (
      <Card id="losses" title="Stress losses" className={className}>
        {overview.runError
          ? <Refusal error={overview.runError} what="The newest run could not be read."
              onRetry={overview.retryRun} />
          : <SkeletonStack lines={7} label="Loading stress losses" />}
      </Card>
    );
  }
  const { run, losses, lossLine, lossShare } = basis;
  const shown = losses.slice(0, MOST);
  return (
    <LossBars
      id="losses"
      title={stressTitle(basis)}
      sub={run ? (
        <>
          Stress loss, run <Link className="mono" href={`/runs/${run.run_id}`}>
            {shortId(run.run_id)}</Link>, {date(run.recorded_at)}
        </>
      ) : "Stress loss of the default scenarios, computed here and not recorded"}
      subject="stress losses"
      className={className}
      scale={scale}
      rows={shown.map((entry) => ({
        id: entry.scenario.scenario_id, label: entry.name, loss: entry.loss, preview: run === null,
        href: entry.evidenceId && `/evidence/${entry.evidenceId}`,
      }))}
      line={{ value: lossLine, note: `(${compactNumber(lossShare * 100)}${NARROW}%)` }}
      rowHeight={shown.length > 5 ? 36 : shown.length > 3 ? 56 : 72}
      onSelect={(id) => router.push(workbenchHref(versionId, id))}
      foot={run
        ? losses.length > MOST
          ? <Link href={`/runs/${run.run_id}`}>All {losses.length} scenarios</Link> : undefined
        : (
          <ButtonLink small icon="bench" href={workbenchHref(versionId)} disabledReason={reason}>
            Run the default scenarios
          </ButtonLink>
        )}
    />
  );
}
