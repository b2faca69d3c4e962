import { KPI_FACTS, type KpiName } from "@/lib/risk";
import { kpiFigure } from "./kpi-words";

/** What one version says of the KPIs; null where it lacks what a KPI needs. */
export type SeriesPoint = { name: string } & { [K in KpiName]?: number | null };

/**
 * "PAR30 rose from 6.1 % to 8.4 % since v9"; where the newest version has no value, the title says
 * so: else an old figure would pass for today's.
 * @param points oldest first
 */
export function seriesTitle(points: readonly SeriesPoint[], name: KpiName): string {
  const known = points.filter((point) => typeof point[name] === "number");
  const [first, last] = [known[0], known.at(-1)];
  const { label } = KPI_FACTS[name];
  if (!first || !last) return `${label} is not known in any version`;
  const newest = points.at(-1) as SeriesPoint;
  const from = kpiFigure(name, first[name] as number);
  const to = kpiFigure(name, last[name] as number);
  const verb = (last[name] as number) > (first[name] as number) ? "rose" : "fell";
  if (last !== newest) {
    const before = known.length < 2 ? `it was ${to} in ${last.name}`
      : from === to ? `it was ${to} in ${first.name} and ${last.name}`
        : `it ${verb} from ${from} in ${first.name} to ${to} in ${last.name}`;
    return `${label} is not known in ${newest.name}; ${before}`;
  }
  if (known.length < 2) return `${label} is ${to} in ${last.name}`;
  return from === to ? `${label} is ${to}, as in ${first.name}`
    : `${label} ${verb} from ${from} to ${to} since ${first.name}`;
}
