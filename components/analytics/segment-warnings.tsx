"use client";

import { useQuery } from "@tanstack/react-query";
import { useMe } from "@/components/shell/me";
import { Banner } from "@/components/ui/banner";
import { segmentQuery } from "@/components/workbench/use-segment-stress";
import type { Basis } from "./use-basis";

/** Which segments of the scenario shock no record of the version, and what there is instead. */
export function SegmentWarnings({ basis: { version, base, netting } }: { basis: Basis }) {
  const { data } = useQuery({ ...segmentQuery(version.dataset_version_id, base, netting),
    enabled: useMe().can("EXECUTE") });
  if (!data || data.warnings.length === 0) return null;
  return (
    <Banner kind="warning" icon="warn" title="A segment shocks nothing.">
      {data.warnings.join(" ")}
    </Banner>
  );
}
