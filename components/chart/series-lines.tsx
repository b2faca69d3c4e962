"use client";

import { linePath, XyPlot } from "@/components/chart/xy-plot";
import { niceTicks } from "@/components/chart/geometry";

export interface Series {
  key: string;
  label: string;
  colour: string;
  dash?: string;
  /** One a name, in their order; null where there is none. */
  values: readonly (number | null)[];
}

const HEIGHT = 232;

/** Lines over names that follow each other in time: versions, dates. Zero is on the axis. */
export function SeriesLines({ label, names, series, format, unit, divisor = 1 }: {
  /** What is shown, in words, with its unit. */
  label: string;
  names: readonly string[];
  series: readonly Series[];
  format: (value: number) => string;
  unit: string;
  divisor?: number;
}) {
  const values = series.flatMap((one) => one.values).filter((value) => value !== null);
  const ticks = niceTicks(Math.min(0, ...values) / divisor, Math.max(0, ...values) / divisor, 4)
    .map((tick) => tick * divisor);
  const last = names.length - 1;
  return (
    <XyPlot
      label={label}
      height={HEIGHT}
      x={{ domain: [-0.3, last + 0.3], ticks: names.map((_, index) => index), unit: "",
        format: (index) => names[index] ?? "" }}
      y={{ domain: [ticks[0] ?? 0, ticks.at(-1) || 1], ticks, format, unit }}
      draw={(layout) => series.map(({ key, label: name, colour, dash, values: points }) => (
        <g key={key}>
          <path d={linePath(layout, points.map((value, index) => [index, value]))} fill="none"
            stroke={colour} strokeWidth={2} strokeDasharray={dash} />
          {points.map((value, index) => value === null ? null : (
            <circle key={index} cx={layout.x(index)} cy={layout.y(value)} r={3} fill={colour}
              data-tip={`${name}, ${names[index] ?? ""}: ${format(value)} ${unit}`} />
          ))}
        </g>
      ))}
    />
  );
}
