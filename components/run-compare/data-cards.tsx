"use client";

import Link from "next/link";
import { BridgeCard } from "@/components/compare/bridge-card";
import { ChangesCard } from "@/components/compare/changes-card";
import { Refusal } from "@/components/dataset/refusal";
import { Card } from "@/components/ui/card";
import { moneyScale } from "@/components/ui/format";
import { SkeletonStack } from "@/components/ui/states";
import { useOperation } from "@/lib/client/hooks";
import type { RunComparison } from "./compare-words";

/** What changed in the data: the comparison of the versions, where they are of one dataset. */
export function DataCards({ comparison }: { comparison: RunComparison }) {
  const { data, base, other } = comparison;
  if (data === "same_version") return null;
  if (data === "same_dataset") return <VersionCards base={base} other={other} />;
  return (
    <Card id="data" className="c12" title="The runs are on two datasets"
      sub={`${base.dataset_name} v${base.dataset_version_number} and ${other.dataset_name} `
        + `v${other.dataset_version_number}`}>
      <p>
        What came and went is followed between versions of one dataset. The instruments below are
        matched by their ids all the same.
      </p>
    </Card>
  );
}

function VersionCards({ base, other }: Pick<RunComparison, "base" | "other">) {
  const pair = { base: base.dataset_version_id, other: other.dataset_version_id };
  const query = useOperation("compareVersions", { query: pair }, { staleTime: Infinity });
  const comparison = query.data;
  if (!comparison) {
    return (
      <Card id="data" className="c12" title="What changed in the data">
        {query.error
          ? <Refusal error={query.error} what="The versions could not be compared."
              onRetry={() => void query.refetch()} />
          : <SkeletonStack lines={8} label="Comparing the versions" />}
      </Card>
    );
  }
  const { opening, closing } = comparison.outstanding;
  const scale = moneyScale(Math.max(opening.amount, closing.amount), comparison.base_currency);
  const href = `/datasets/${base.dataset_id}/compare?${new URLSearchParams(pair).toString()}`;
  return (
    <>
      <BridgeCard comparison={comparison} scale={scale} className="c6" id="data-bridge" />
      <ChangesCard comparison={comparison} scale={scale} className="c6"
        action={<Link href={href}>Compare the versions</Link>} />
    </>
  );
}
