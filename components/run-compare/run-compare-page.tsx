"use client";

import { useMemo } from "react";
import { parseAsString, useQueryStates } from "nuqs";
import { BasisButton } from "@/components/basis/basis-button";
import { Refusal } from "@/components/dataset/refusal";
import { Page } from "@/components/shell/page";
import { Button, ButtonLink } from "@/components/ui/button";
import { Select } from "@/components/ui/field";
import { date, moneyScale, shortId } from "@/components/ui/format";
import { later } from "@/components/ui/later";
import { Menu, type MenuItem } from "@/components/ui/menu";
import { EmptyState, SkeletonGrid } from "@/components/ui/states";
import { useOperation } from "@/lib/client/hooks";
import { addressOf } from "@/lib/contract/addresses";
import { headline, runName, type ComparedRun, type RunComparison } from "./compare-words";

const Results = later(() => import("./compare-results").then((part) => part.CompareResults));

const PAIR = { base: parseAsString, other: parseAsString };
const COMING = [{ columns: 7, height: 320 }, { columns: 5, height: 320 },
  { columns: 12, height: 240 }] as const;
const LIST = { label: "Runs", href: "/runs" };
/** The newest runs, which the choices offer beside those of the address. */
const OFFERED = 200;

/** The runs of the address; two of one address are compared, also where no list names them. */
function usePair() {
  const [{ base, other }, setPair] = useQueryStates(PAIR, { history: "push" });
  const list = useOperation("listRuns", { query: { limit: OFFERED } });
  const options = useMemo(() => {
    const named = (list.data?.items ?? []).map((run) =>
      ({ value: run.run_id, label: runName(run) }));
    const unnamed = [base, other].filter((id, at, ids): id is string => id !== null
      && ids.indexOf(id) === at && !named.some(({ value }) => value === id));
    return [...unnamed.map((id) => ({ value: id, label: `Run ${shortId(id)}` })), ...named];
  }, [list.data, base, other]);
  return { base, other, options, list,
    setPair: (next: { base?: string; other?: string }) => void setPair(next) };
}

type Pair = ReturnType<typeof usePair>;

function PairChoice({ pair }: { pair: Pair }) {
  const { base, other, options, setPair } = pair;
  return (
    <>
      <Select aria-label="Base run" placeholder="Choose the base run" value={base ?? ""}
        options={options} onChange={(next) => setPair({ base: next })} />
      <Select aria-label="Other run" placeholder="Choose the other run" value={other ?? ""}
        options={options} onChange={(next) => setPair({ other: next })} />
      <Button icon="refresh" disabledReason={base && other ? null : "Choose two runs"}
        onClick={() => { if (base && other) setPair({ base: other, other: base }); }}>
        Swap
      </Button>
    </>
  );
}

const FILES = [
  ["pdf", "PDF", "The comparison, to print and to send"],
  ["xlsx", "Excel workbook", "The same, a sheet for each table"],
  ["csv", "CSV", "Every figure, base beside other, with its evidence"],
  ["json", "JSON", "The answers of the API"],
] as const;

function Export({ base, other }: { base: string; other: string }) {
  const items: MenuItem[] = FILES.map(([format, label, note]) => ({ label, note, download: true,
    href: addressOf("exportRunComparison", {}, { base, other, format }).url }));
  return <Menu items={items} trigger={<Button icon="dl">Export</Button>} />;
}

/** Two runs side by side: what moved their losses, and what was asked differently. */
export function RunComparePage() {
  const pair = usePair();
  const { base, other, list } = pair;
  if (base && other) return <Compared base={base} other={other} pair={pair} />;
  const [known] = list.data?.items ?? [];
  return (
    <Page title="Compare runs" crumbs={[LIST, { label: "Compare" }]}
      actions={list.isPending || known ? <PairChoice pair={pair} /> : undefined}>
      {list.error ? (
        <Refusal error={list.error} what="The runs are not shown."
          onRetry={() => void list.refetch()} />
      ) : (
        <EmptyState icon="run" title={known || list.isPending
          ? `Choose ${base || other ? "the second run" : "two runs"}` : "No runs yet"}
        action={known || list.isPending ? <ButtonLink href="/runs">All runs</ButtonLink>
          : <ButtonLink href="/workbench" kind="primary">Open workbench</ButtonLink>}>
          Compare any two: the same data under other parameters, or another version of the data.
          In the list of runs, tick two of them.
        </EmptyState>
      )}
    </Page>
  );
}

function Compared({ base, other, pair }: { base: string; other: string; pair: Pair }) {
  const query = useOperation("compareRuns", { query: { base, other } }, { staleTime: Infinity });
  const comparison = query.data;
  const scale = comparison && scaleOf(comparison);
  return (
    <Page title={comparison && scale ? headline(comparison, scale) : "Compare runs"}
      crumbs={[LIST, { label: "Compare" }]}
      sub={comparison ? <Lede comparison={comparison} /> : undefined}
      actions={comparison ? (
        <><BasisButton runIds={[base, other]} /><Export base={base} other={other} /></>
      ) : undefined}>
      <div className="row wrap" style={{ marginBottom: "var(--s-4)" }}>
        <PairChoice pair={pair} />
      </div>
      {comparison && scale
        ? <Results key={`${base} ${other}`} comparison={comparison} scale={scale} />
        : query.error ? (
          <Refusal error={query.error} what="The runs could not be compared."
            onRetry={() => void query.refetch()}
            {...(query.error.status === 404
              ? { action: <ButtonLink href="/runs">All runs</ButtonLink> } : {})} />
        ) : <SkeletonGrid cards={[...COMING]} label="Comparing the runs" />}
    </Page>
  );
}

const scaleOf = ({ exposure, base_currency: currency }: RunComparison) => {
  const owed = exposure.find(({ figure }) => figure === "total_outstanding");
  return moneyScale(Math.max(owed?.base ?? 0, owed?.other ?? 0), currency);
};

const version = (run: ComparedRun): string => `${run.dataset_name} v${run.dataset_version_number}`
  + (run.as_of ? `, as of ${date(run.as_of)}` : "");

function Lede({ comparison: { base, other, data, parameters } }: { comparison: RunComparison }) {
  const asked = parameters.length === 0 ? "with the same parameters"
    : parameters.length === 1 ? "with one parameter that differs"
      : `with ${parameters.length} parameters that differ`;
  return (
    <p>
      {data === "same_version" ? `Both on ${version(base)}, `
        : `From ${version(base)} to ${version(other)}, `}
      {asked}.
    </p>
  );
}
