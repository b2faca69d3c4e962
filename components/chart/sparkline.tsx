export interface SparklineProps {
  /** Oldest first; the last 6 are drawn, gaps are left out. */
  values: readonly (number | null)[];
  /** A dashed line. */
  limit?: number | null;
}

const HEIGHT = 28;
const INSET = 3;

/** Decoration for a number, never alone: it is hidden from screen readers. */
export function Sparkline({ values, limit }: SparklineProps) {
  const shown = values.slice(-6).filter((value): value is number =>
    value !== null && Number.isFinite(value));
  const last = shown.at(-1);
  if (shown.length < 2 || last === undefined) return <span className="spark" />;
  const all = limit == null ? shown : [...shown, limit];
  const low = Math.min(...all);
  const span = Math.max(...all) - low;
  const y = (value: number) => span === 0
    ? HEIGHT / 2
    : HEIGHT - INSET - ((value - low) / span) * (HEIGHT - 2 * INSET);
  const step = 100 / (shown.length - 1);
  const path = shown.map((value, index) =>
    `${index === 0 ? "M" : "L"}${(index * step).toFixed(2)} ${y(value).toFixed(2)}`).join(" ");
  return (
    <svg className="spark" aria-hidden="true">
      <svg
        viewBox={`0 0 100 ${HEIGHT}`}
        preserveAspectRatio="none"
        width="100%"
        height={HEIGHT}
        overflow="visible"
      >
        {limit != null ? <path className="lim" d={`M0 ${y(limit).toFixed(2)}H100`} /> : null}
        <path d={path} />
      </svg>
      <circle cx="100%" cy={y(last)} r={3} />
    </svg>
  );
}
