"use client";

import type { ReactNode } from "react";
import Link from "next/link";
import type { NettingGap } from "@/components/run/use-netted";
import { Button, ButtonLink } from "@/components/ui/button";
import { Card } from "@/components/ui/card";
import { count } from "@/components/ui/format";
import { Icon } from "@/components/ui/icon";
import { EmptyState, ErrorState, SkeletonStack } from "@/components/ui/states";
import { workbenchHref } from "@/components/dataset/links";

/** Where a figure's formula stands. */
export type ModelSection =
  | "sensitivity" | "reverse-stress" | "credit-loss" | "concentration" | "irb" | "projection"
  | "value-at-risk" | "kpis" | "attribution";

/** Every figure has its formula one step away. */
export function FormulaLink({ section, children = "Formula" }: {
  section: ModelSection; children?: ReactNode;
}) {
  return (
    <Link className="prov" href={`/docs/model#${section}`} prefetch={false}>
      <Icon name="docs" />{children}
    </Link>
  );
}

/** Why the browser cannot net a version by instrument, and what to do. */
export function NettingGapCard({ gap, versionId }: { gap: NettingGap; versionId: string }) {
  if (gap.kind === "loading") {
    return (
      <Card id="gap" title="Reading the loans">
        <SkeletonStack lines={6} label="Reading the loans" />
      </Card>
    );
  }
  if (gap.kind === "failed") {
    return (
      <ErrorState what="The loans could not be read." requestId={gap.error.requestId}
        action={<Button onClick={gap.retry}>Try again</Button>} />
    );
  }
  return (
    <Card id="gap" title="Too many loans for this page">
      <EmptyState icon="data" title={`${count(gap.count)} loans are more than a browser nets`}
        action={(
          <ButtonLink href={workbenchHref(versionId)}>Run it on the workbench</ButtonLink>
        )}>
        Choose netting by portfolio here, or record a run, which nets any number of loans.
      </EmptyState>
    </Card>
  );
}
