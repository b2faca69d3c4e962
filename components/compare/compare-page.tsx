"use client";

import { useMemo } from "react";
import { parseAsString, useQueryStates } from "nuqs";
import { BasisButton } from "@/components/basis/basis-button";
import { Refusal } from "@/components/dataset/refusal";
import type { Version } from "@/components/dataset/types";
import { Page } from "@/components/shell/page";
import { Button, ButtonLink } from "@/components/ui/button";
import { Select } from "@/components/ui/field";
import { date, moneyScale } from "@/components/ui/format";
import { EmptyState, SkeletonGrid, SkeletonStack } from "@/components/ui/states";
import { useOperation } from "@/lib/client/hooks";
import { BridgeCard } from "./bridge-card";
import { ChangesCard } from "./changes-card";
import { InstrumentChangesCard } from "./instrument-changes-card";
import { RollRateCard } from "./roll-rate-card";

const PAIR = { base: parseAsString, other: parseAsString };
const COMING = [{ columns: 7, height: 320 }, { columns: 5, height: 320 },
  { columns: 12, height: 240 }] as const;

/** Two sealed versions of the address, else the newest with the one before it. */
function usePair(datasetId: string) {
  const [asked, setPair] = useQueryStates(PAIR, { history: "push" });
  const query = useOperation("listVersions",
    { query: { dataset_id: datasetId, status: "sealed", limit: 1000 } });
  const sealed = useMemo(() => [...query.data?.items ?? []].sort((a, b) => b.number - a.number),
    [query.data]);
  const idOf = (version: Version | undefined) => version?.dataset_version_id ?? null;
  const other = asked.other ?? idOf(sealed[0]);
  const place = sealed.findIndex((version) => version.dataset_version_id === other);
  const base = asked.base ?? idOf(sealed[place + 1] ?? sealed.at(-1));
  return { query, sealed, base, other,
    setPair: (next: { base?: string; other?: string }) => void setPair({ base, other, ...next }) };
}

function PairChoice({ pair }: { pair: ReturnType<typeof usePair> }) {
  const { sealed, base, other, setPair } = pair;
  const options = sealed.map((version) => ({ value: version.dataset_version_id,
    label: `v${version.number}${version.as_of ? `, as of ${date(version.as_of)}` : ""}` }));
  return (
    <>
      <Select aria-label="From version" value={base ?? ""} options={options}
        onChange={(next) => setPair({ base: next })} />
      <Select aria-label="To version" value={other ?? ""} options={options}
        onChange={(next) => setPair({ other: next })} />
      <Button icon="refresh" disabledReason={base && other ? null : "Choose two versions"}
        onClick={() => { if (base && other) setPair({ base: other, other: base }); }}>
        Swap
      </Button>
    </>
  );
}

function Compared({ base, other }: { base: string; other: string }) {
  const query = useOperation("compareVersions", { query: { base, other } });
  const comparison = query.data;
  if (!comparison) {
    return query.error
      ? <Refusal error={query.error} what="The versions could not be compared."
          onRetry={() => void query.refetch()} />
      : <SkeletonGrid cards={[...COMING]} label="Comparing the versions" />;
  }
  const { opening, closing } = comparison.outstanding;
  const scale = moneyScale(Math.max(opening.amount, closing.amount), comparison.base_currency);
  const card = { comparison, scale };
  return (
    <div className="grid">
      <BridgeCard {...card} className="c6" />
      <ChangesCard {...card} className="c6" />
      <RollRateCard {...card} className="c12" />
      <InstrumentChangesCard key={`${base} ${other}`} comparison={comparison} className="c12" />
    </div>
  );
}

/** Two versions of a dataset side by side. */
export function ComparePage({ datasetId }: { datasetId: string }) {
  const dataset = useOperation("getDataset", { path: { id: datasetId } });
  const pair = usePair(datasetId);
  const { base, other, sealed } = pair;
  const error = dataset.error ?? pair.query.error;
  const crumbs = [{ label: "Datasets", href: "/datasets" },
    { label: dataset.data?.name ?? "Dataset", href: `/datasets/${datasetId}` },
    { label: "Compare versions" }];
  return (
    <Page title="Compare versions" crumbs={crumbs}
      actions={sealed.length > 1 ? (
        <>
          <PairChoice pair={pair} />
          {base && other ? <BasisButton versionIds={[base, other]} /> : null}
        </>
      ) : undefined}>
      {error ? (
        <Refusal error={error} what="The dataset could not be read."
          onRetry={() => void Promise.all([dataset.refetch(), pair.query.refetch()])} />
      ) : pair.query.isPending ? <SkeletonStack lines={8} label="Loading the versions" />
        : base && other && sealed.length > 1 ? <Compared base={base} other={other} />
          : (
            <EmptyState icon="data" title="Two sealed versions are needed"
              action={<ButtonLink href={`/datasets/${datasetId}`}>Back to the dataset</ButtonLink>}>
              Import the next tape of this portfolio, then see what came, went and changed.
            </EmptyState>
          )}
    </Page>
  );
}
