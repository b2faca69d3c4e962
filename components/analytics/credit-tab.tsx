"use client";

import { useMemo } from "react";
import { parseAsFloat, parseAsInteger, parseAsStringLiteral, useQueryStates } from "nuqs";
import { BarListCard } from "@/components/chart/bar-list-card";
import type { DatasetVersion } from "@/components/shell/current-version";
import { isOpen } from "@/components/operations/job-words";
import { roleReason, useMe } from "@/components/shell/me";
import { Banner } from "@/components/ui/banner";
import { Button } from "@/components/ui/button";
import { Card, Tile, TileGrid } from "@/components/ui/card";
import { Field, Select } from "@/components/ui/field";
import { compactNumber, moneyScale, percentOf, plural } from "@/components/ui/format";
import type { MoneyScale } from "@/components/ui/format";
import { NumberInput } from "@/components/ui/number-input";
import { Segmented } from "@/components/ui/segmented";
import { EmptyState } from "@/components/ui/states";
import { asFraction, asPercent } from "@/components/workbench/words";
import { LONG_SIMULATION, PATHS_BOUNDS } from "@/lib/contract/facts";
import { LOSS_QUANTILES, type DebtExposure } from "@/lib/risk";
import { AnalysisState } from "./analysis-state";
import { HistogramCard, levelText, QuantileCard, type CreditLoss } from "./credit-charts";
import { KeepEvidence } from "./keep-evidence";
import { FormulaLink } from "./parts";
import { PastSimulations, SimulationState } from "./simulation-state";
import { useAnalysis, useKept } from "./use-analysis";
import { useSimulation, type Simulation } from "./use-simulation";

/** Where a figure comes from that nobody recorded. */
const FORMULA = "/docs/model#credit-loss";

const METHODS = ["monte_carlo", "granular"] as const;
const METHOD_OPTIONS = [
  { value: "monte_carlo", label: "Monte Carlo" }, { value: "granular", label: "Closed form" },
] as const;
const SEED_LIMIT = 2 ** 32 - 1;
const LISTED = 10;

const KEYS = {
  method: parseAsStringLiteral(METHODS).withDefault("monte_carlo"),
  paths: parseAsInteger.withDefault(20_000),
  seed: parseAsInteger.withDefault(1),
  rho: parseAsFloat,
  q: parseAsFloat.withDefault(0.99),
};

const inside = (value: number, low: number, high: number): number =>
  Math.min(high, Math.max(low, value));

function useCreditInputs(versionId: string) {
  const [url, setUrl] = useQueryStates(KEYS);
  const { method, paths, seed, rho, q } = url;
  const body = useMemo(() => ({
    dataset_version_id: versionId, method,
    ...(method === "monte_carlo" ? {
      paths: inside(paths, PATHS_BOUNDS.low, PATHS_BOUNDS.high),
      seed: inside(seed, 0, SEED_LIMIT) } : {}),
    ...(rho === null ? {} : { rho: inside(rho, 0, 1) }),
    contribution_q: LOSS_QUANTILES.find((one) => one === q) ?? 0.99,
  }), [versionId, method, paths, seed, rho, q]);
  return { url, setUrl, body };
}

type Inputs = ReturnType<typeof useCreditInputs>;

function InputsCard({ inputs, onStart, busy }: {
  inputs: Inputs; onStart: () => void; busy: boolean;
}) {
  const { url, setUrl } = inputs;
  const simulated = url.method === "monte_carlo";
  return (
    <Card id="credit-inputs" title="One-factor Gaussian copula" className="ana-inputs"
      terms={["vasicek", "correlation", "pd", "lgd"]}
      foot={<FormulaLink section="credit-loss" />}>
      <div className="form">
        <div className="field">
          <span className="label">Method</span>
          <Segmented label="Method" value={url.method} options={METHOD_OPTIONS}
            onChange={(method) => void setUrl({ method })} />
        </div>
        {simulated ? (
          <>
            <Field label="Paths" hint="More paths, smaller errors">
              <NumberInput label="Paths" required kind="amount" value={url.paths} step={10_000}
                decimals={0} min={PATHS_BOUNDS.low} max={PATHS_BOUNDS.high}
                onChange={(paths) => paths !== null && void setUrl({ paths: Math.round(paths) })} />
            </Field>
            <Field label="Seed" hint="The same seed gives the same paths">
              <NumberInput label="Seed" required kind="amount" value={url.seed} decimals={0}
                min={0} max={SEED_LIMIT}
                onChange={(seed) => seed !== null && void setUrl({ seed: Math.round(seed) })} />
            </Field>
          </>
        ) : null}
        <Field label="Correlation rho" hint="Empty: that of IRB corporates, by PD">
          <NumberInput label="Correlation rho" unit="%" min={0} max={100}
            value={url.rho === null ? null : asPercent(url.rho)}
            onChange={(rho) => void setUrl({ rho: rho === null ? null : asFraction(rho) })} />
        </Field>
        <Field label="Contributions to the shortfall at">
          <Select value={String(inputs.body.contribution_q)}
            options={LOSS_QUANTILES.map((q) => ({ value: String(q), label: levelText(q) }))}
            onChange={(q) => void setUrl({ q: Number(q) })} />
        </Field>
        <Button kind="primary" icon="run" busy={busy} onClick={onStart}
          disabledReason={roleReason(useMe(), "EXECUTE")}>
          {simulated ? "Simulate" : "Compute"}
        </Button>
      </div>
    </Card>
  );
}

function LeftOut({ result, scale }: { result: CreditLoss; scale: MoneyScale }) {
  const { without_pd: pd, without_lgd: lgd, outstanding } = result.left_out;
  const parts = [pd > 0 ? `${plural(pd, "loan")} without PD` : "",
    lgd > 0 ? `${plural(lgd, "loan")} without LGD` : ""].filter(Boolean);
  if (parts.length === 0 && result.warnings.length === 0) return null;
  return (
    <Banner kind="warning" icon="warn" title={parts.length > 0
      ? `${parts.join(", ")} ${pd + lgd === 1 ? "has" : "have"} no part in these figures.`
      : result.warnings[0] ?? ""}>
      {outstanding > 0 ? `They owe ${scale.inWords(outstanding)}. ` : ""}
      {(parts.length > 0 ? result.warnings : result.warnings.slice(1)).join(" ")}
    </Banner>
  );
}

function Contributions({ result, scale }: { result: CreditLoss; scale: MoneyScale }) {
  const es = result.quantiles.find(({ q }) => q === result.contribution_q)?.es ?? 0;
  const listed = result.contributions.slice(0, LISTED);
  const restOf = result.contributions.slice(LISTED);
  const others = { obligors: result.other_contributions.obligors + restOf.length,
    es: restOf.reduce((sum, one) => sum + one.es, result.other_contributions.es) };
  const first = listed[0];
  if (!first) return null;
  const nameOf = (one: CreditLoss["contributions"][number]): string =>
    one.key ?? `Obligor ${one.index + 1}`;
  return (
    <BarListCard
      id="contributions"
      title={`${nameOf(first)} makes ${percentOf(first.share, { decimals: 0 })} of the loss in the `
        + "tail"}
      sub={`Parts of the expected shortfall at ${levelText(result.contribution_q)}, ${scale.label}`}
      subject="contributions"
      items={listed.map((one) => ({ id: String(one.index), label: nameOf(one), value: one.es }))}
      others={others.obligors > 0
        ? { label: plural(others.obligors, "other"), value: others.es } : null}
      total={es}
      format={scale.format}
      colour="default"
      groupLabel="Obligor"
      valueLabel="Contribution"
      unit={scale.label}
      csvUnit={scale.label.split(" ")[0]}
      foot={<FormulaLink section="credit-loss" />}
    />
  );
}

function Result({ result, scale, stale }: {
  result: CreditLoss; scale: MoneyScale; stale: boolean;
}) {
  if (result.obligors === 0) {
    return (
      <Card id="no-pd" title="Nothing to simulate">
        <EmptyState icon="unk" title="No loan of this version states PD and LGD">
          Map the columns of PD and LGD when the tape is imported. A missing PD is never taken as 0.
        </EmptyState>
      </Card>
    );
  }
  const simulated = result.method === "monte_carlo";
  const error = (value: number) => simulated ? `± ${scale.format(value)} standard error` : "exact";
  const worst = result.quantiles.at(-1);
  return (
    <>
      <TileGrid label="Credit loss" count={4}>
        <Tile href={FORMULA} term="expected-loss" title="Expected loss"
          unit={scale.label} value={scale.format(result.expected_loss)}
          delta={`${error(result.expected_loss_standard_error)}${simulated
            ? `; PD × LGD × EAD: ${scale.format(result.exact_expected_loss)}` : ""}`} />
        <Tile href={FORMULA} title="Standard deviation" unit={scale.label}
          value={scale.format(result.standard_deviation)}
          delta={error(result.standard_deviation_standard_error)} />
        <Tile href={FORMULA} term="value-at-risk" title={`Value at risk ${levelText(worst?.q ?? 0.999)}`}
          unit={scale.label}
          reason="No quantile" value={worst ? scale.format(worst.var) : null}
          delta={worst ? `${percentOf(worst.var / result.exposure_at_default)} of EAD` : null} />
        <Tile href={FORMULA} term="expected-shortfall" title={`Expected shortfall ${levelText(worst?.q ?? 0.999)}`}
          unit={scale.label}
          reason="No quantile" value={worst ? scale.format(worst.es) : null}
          delta={worst ? error(worst.es_standard_error) : null} />
      </TileGrid>
      {simulated ? <HistogramCard result={result} scale={scale} stale={stale} /> : null}
      <div className="grid">
        <div className="c7 ana-fill"><QuantileCard result={result} scale={scale} stale={stale} /></div>
        <div className="c5 ana-fill"><Contributions result={result} scale={scale} /></div>
      </div>
    </>
  );
}

function LongSimulation({ simulation, scale, busy, onStart, text }: {
  simulation: Simulation; scale: MoneyScale; busy: boolean; onStart: () => void; text: string;
}) {
  const { job, error, result, kept } = simulation;
  return (
    <div className="c9 ana-stack">
      <SimulationState simulation={simulation} />
      {result ? (
        <>
          <KeepEvidence kept={kept} />
          <LeftOut result={result} scale={scale} />
          <Result result={result} scale={scale} stale={false} />
        </>
      ) : job || error ? null : (
        <Card id="long" title="The simulation">
          <EmptyState icon="ana" title="This takes a while: a job does it"
            action={(
              <Button kind="primary" icon="run" busy={busy} onClick={onStart}>Start</Button>
            )}>
            {text}
          </EmptyState>
        </Card>
      )}
    </div>
  );
}

/** How likely which credit loss is. */
export function CreditTab({ version, exposure }: {
  version: DatasetVersion; exposure: DebtExposure;
}) {
  const inputs = useCreditInputs(version.dataset_version_id);
  const analysis = useAnalysis("analyseCreditLoss", inputs.body);
  const kept = useKept("analyseCreditLoss", inputs.body);
  const scale = moneyScale(exposure.total_outstanding, version.base_currency);
  const { data, isStale, isRunning, start } = analysis;
  const simulation = useSimulation(version.dataset_version_id);
  const isLong = "paths" in inputs.body
    && (inputs.body.paths ?? 0) * version.counts.normalized >= LONG_SIMULATION;
  const begin = () => {
    if (isLong) return simulation.start(inputs.body);
    simulation.open(null);
    start();
  };
  const busy = isRunning || simulation.isStarting
    || (simulation.job !== null && isOpen(simulation.job));
  const past = <PastSimulations versionId={version.dataset_version_id} simulation={simulation} />;
  if (simulation.job || simulation.error || isLong) {
    return (
      <div className="grid">
        <div className="c3 ana-stack">
          <InputsCard inputs={inputs} onStart={begin} busy={busy} />{past}
        </div>
        <LongSimulation simulation={simulation} scale={scale} busy={busy} onStart={begin}
          text={`${compactNumber(inputs.url.paths)} paths through up to `
            + `${compactNumber(version.counts.normalized)} obligors. It goes on when you leave this `
            + "page, and its result can be opened afterwards."} />
      </div>
    );
  }
  return (
    <div className="grid">
      <div className="c3 ana-stack">
        <InputsCard inputs={inputs} onStart={begin} busy={busy} />{past}
      </div>
      <div className="c9 ana-stack">
        <AnalysisState analysis={analysis} what="The simulation" idle={{
          title: "How likely is which loss?",
          text: `${compactNumber(inputs.url.paths)} paths through the obligors of this version, `
            + "grouped, with their PD and LGD." }}>
          {data ? (
            <>
              {isStale && !isRunning ? (
                <Banner kind="preview" title="The inputs changed.">
                  The figures below are those of the inputs before.
                </Banner>
              ) : <KeepEvidence kept={kept} />}
              <LeftOut result={data} scale={scale} />
              <Result result={data} scale={scale} stale={isStale} />
            </>
          ) : null}
        </AnalysisState>
      </div>
    </div>
  );
}
