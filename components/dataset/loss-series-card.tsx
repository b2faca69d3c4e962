"use client";

import { parseAsString, useQueryState } from "nuqs";
import { ChartCard } from "@/components/chart/chart-card";
import { Legend } from "@/components/chart/legend";
import { SeriesLines } from "@/components/chart/series-lines";
import { nameInText, scenarioName } from "@/lib/risk/scenario-name";
import { ButtonLink } from "@/components/ui/button";
import { classes } from "@/components/ui/classes";
import { Select } from "@/components/ui/field";
import { date, percent, type MoneyScale } from "@/components/ui/format";
import { useOperation } from "@/lib/client/hooks";
import type { ResponseOf } from "@/lib/contract/operations";
import { SHOCK_NAMES } from "@/lib/risk";
import "@/components/dataset/dataset.css";

type Point = ResponseOf<"listScenarioSeries">["items"][number];

const SHOWN = 24;
const SERIES = [
  { key: "loss_estimate", label: "Loss", colour: "var(--chart-net)" },
  { key: "threshold", label: "Materiality line", colour: "var(--chart-outstanding)" },
] as const;

/** "Market crash lost 4.2 % less in v3 than in v1", from the first point to the last. */
export function lossTitle(id: string, points: readonly Point[]): string {
  const [first, last] = [points[0], points.at(-1)];
  const name = scenarioName(id);
  if (!first || !last) return `Nothing was run under ${nameInText(id)}`;
  const [before, after] = [first.loss_estimate, last.loss_estimate];
  if (points.length < 2) return `${name} was run on v${first.number} alone`;
  if (before === after) return `${name} loses the same in v${first.number} and v${last.number}`;
  if (before === 0) return `${name} lost nothing in v${first.number} and does in v${last.number}`;
  const change = (after / before - 1) * 100;
  return `${name} loses ${percent(Math.abs(change))} ${change > 0 ? "more" : "less"} in `
    + `v${last.number} than in v${first.number}`;
}

/** Whether a later run asked something else under the same name. */
const isSame = (one: Point, two: Point): boolean => one.netting === two.netting
  && SHOCK_NAMES.every((name) => one.scenario[name] === two.scenario[name])
  && JSON.stringify(one.scenario.segment_shocks) === JSON.stringify(two.scenario.segment_shocks);

function Foot({ points }: { points: readonly Point[] }) {
  const [first, last] = [points[0], points.at(-1)];
  const others = points.filter((point, at) => at > 0 && !isSame(points[at - 1] as Point, point));
  return (
    <>
      <span>
        {others.length === 0 ? "All runs with the same shocks and netting."
          : `Other shocks or netting from ${others.map(({ number }) => `v${number}`).join(", ")} on.`}
      </span>
      {first && last && first !== last ? (
        <span className="end">
          <ButtonLink small icon="compare"
            href={`/runs/compare?base=${first.run_id}&other=${last.run_id}`}>
            Compare v{first.number} with v{last.number}
          </ButtonLink>
        </span>
      ) : null}
    </>
  );
}

/** One scenario over the sealed versions, as the latest run of each recorded it. */
export function LossSeriesCard({ datasetId, scale, className }: {
  datasetId: string; scale: MoneyScale; className?: string;
}) {
  const [asked, setScenario] = useQueryState("scenario", parseAsString);
  const query = useOperation("listScenarioSeries", { path: { id: datasetId },
    query: { limit: SHOWN, ...(asked ? { scenario_id: asked } : {}) } },
  { placeholderData: (before) => before });
  const found = query.data;
  if (!found?.scenario_id || found.scenarios.length === 0) return null;
  const points = found.items.toReversed();
  const money = { unit: scale.label, csvUnit: scale.label.split(" ")[0], number: true,
    format: (value: unknown) => scale.format(Number(value)) };
  return (
    <ChartCard
      id="loss-series"
      terms={["loss", "materiality-line"]}
      className={classes("wraps", className)}
      title={lossTitle(found.scenario_id, points)}
      subject="loss over versions"
      stale={query.isPlaceholderData}
      action={(
        <Select aria-label="Scenario over versions" value={found.scenario_id}
          options={found.scenarios.map(({ scenario_id: id }) =>
            ({ value: id, label: scenarioName(id) }))}
          onChange={(next) => void setScenario(next)} />
      )}
      sub={<Legend items={SERIES} unit={scale.label} />}
      foot={<Foot points={points} />}
      table={{
        columns: [{ label: "Version" }, { label: "As of" }, { label: "Loss", ...money },
          { label: "Line", ...money }, { label: "Outstanding", ...money }, { label: "Netting" },
          { label: "Run" }],
        rows: points.map((point) => [`v${point.number}`, point.as_of ? date(point.as_of) : null,
          point.loss_estimate, point.threshold, point.total_outstanding, point.netting,
          point.run_id.slice(0, 8)]),
        hrefs: points.map((point) => `/runs/${point.run_id}`),
      }}
    >
      <SeriesLines
        label={`Loss under ${nameInText(found.scenario_id)} over ${points.length} versions, `
          + scale.label}
        names={points.map(({ number }) => `v${number}`)}
        series={SERIES.map(({ key, label, colour }) =>
          ({ key, label, colour, values: points.map((point) => point[key]) }))}
        format={scale.tick} unit={scale.label} divisor={scale.divisor}
      />
    </ChartCard>
  );
}
