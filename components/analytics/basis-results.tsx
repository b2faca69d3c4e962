"use client";

import type { ReactNode } from "react";
import { Refusal } from "@/components/dataset/refusal";
import { Card } from "@/components/ui/card";
import { SkeletonStack } from "@/components/ui/states";
import type { Netted } from "@/lib/risk";
import { NettingGapCard } from "./parts";
import type { Basis } from "./use-basis";

/** Before the server is asked, or after that was cancelled. */
export const ON_SERVER = { title: "Calculated on the server",
  text: "Segments are shocked loan by loan, which this page's totals cannot tell apart." };

/**
 * Results of a scenario: `live` where the version's totals are enough, `server` where segments
 * are shocked, which only the server's columns can tell apart.
 */
export function BasisResults({ basis, live, server }: {
  basis: Basis; live: (netted: Netted) => ReactNode; server: () => ReactNode;
}) {
  const { library, netted, gap, scenario } = basis;
  if (library.gap?.error) {
    return <Refusal error={library.gap.error} what="The scenario could not be read."
      onRetry={library.gap.retry} />;
  }
  if (library.gap) {
    return (
      <Card id="gap" title="Reading the scenario">
        <SkeletonStack lines={6} label="Reading the scenario" />
      </Card>
    );
  }
  if (scenario.segment_shocks) return server();
  if (netted) return live(netted);
  return gap
    ? <NettingGapCard gap={gap} versionId={basis.version.dataset_version_id} /> : null;
}
