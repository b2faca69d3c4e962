import Link from "next/link";
import { StateText } from "@/components/ui/badge";
import { Na } from "@/components/ui/na";
import { Term } from "@/components/ui/term";
import type { ResponseOf } from "@/lib/contract/operations";
import { KPI_FACTS, KPI_NAMES, type KpiName } from "@/lib/risk";
import { kpiFigure, limitWords } from "./kpi-words";

export type Kpis = ResponseOf<"getKpis">;
type Kpi = Kpis[KpiName];

const NO_LIMITS = "No limits are set for it";

/** How a KPI stands, in a word; one without limits is not judged. */
function State({ kpi, iconOnly }: { kpi: Kpi; iconOnly?: boolean }) {
  if (kpi.value !== null && kpi.warning === null) {
    return iconOnly ? null : <span className="muted">Not judged</span>;
  }
  return <StateText state={kpi.state} iconOnly={iconOnly} />;
}

/** The limit that it has passed, else the one that comes first. */
function passed(name: KpiName, kpi: Kpi): string | null {
  const limit = kpi.state === "critical" ? kpi.critical : kpi.warning;
  return limit === null ? null : limitWords(name, kpi.worse, limit);
}

function Value({ name, kpi, evidenceId }: {
  name: KpiName; kpi: Kpi; evidenceId: string | null;
}) {
  if (kpi.value === null) return <Na reason={kpi.reason ?? "Not known"} />;
  const figure = kpiFigure(name, kpi.value);
  return evidenceId === null ? <>{figure}</>
    : <Link className="fig-link" href={`/evidence/${evidenceId}`}>{figure}</Link>;
}

function Limit({ name, kpi, limit }: { name: KpiName; kpi: Kpi; limit: number | null }) {
  return limit === null ? <Na reason={NO_LIMITS} /> : <>{limitWords(name, kpi.worse, limit)}</>;
}

/** Each KPI with its value, how it stands and the limits it is judged by. */
export function KpiTable({ kpis, compact }: { kpis: Kpis; compact?: boolean }) {
  return (
    <div className="table-wrap" tabIndex={0} role="region" aria-label="KPI table">
      <table>
        <thead>
          <tr>
            <th scope="col">KPI</th>
            <th scope="col" className="num">Value</th>
            {compact ? <th scope="col">Limit</th> : (
              <>
                <th scope="col">State</th>
                <th scope="col">Warning</th>
                <th scope="col">Critical</th>
              </>
            )}
          </tr>
        </thead>
        <tbody>
          {KPI_NAMES.map((name) => {
            const kpi = kpis[name];
            return (
              <tr key={name}>
                <th scope="row">
                  {compact ? KPI_FACTS[name].label
                    : <Term id={name}>{KPI_FACTS[name].label}</Term>}
                </th>
                <td className="num">
                  <Value name={name} kpi={kpi} evidenceId={kpis.evidence_id} />
                </td>
                {compact ? (
                  <td>
                    <span className="row nowrap">
                      <State kpi={kpi} iconOnly={kpi.value !== null} />
                      {kpi.value === null ? null
                        : passed(name, kpi) ?? <span className="muted">None</span>}
                    </span>
                  </td>
                ) : (
                  <>
                    <td><State kpi={kpi} /></td>
                    <td><Limit name={name} kpi={kpi} limit={kpi.warning} /></td>
                    <td><Limit name={name} kpi={kpi} limit={kpi.critical} /></td>
                  </>
                )}
              </tr>
            );
          })}
        </tbody>
      </table>
    </div>
  );
}

/** "PAR30 is past its critical limit", "2 of 12 KPIs are past a limit". */
export function kpiTitle(kpis: Kpis): string {
  const known = KPI_NAMES.filter((name) => kpis[name].value !== null);
  if (known.length === 0) return "The tape gives no KPI";
  const bad = known.filter((name) => ["warning", "critical"].includes(kpis[name].state));
  const [only] = bad;
  if (only !== undefined && bad.length === 1) {
    return `${KPI_FACTS[only].label} is past its ${kpis[only].state} limit`;
  }
  return bad.length === 0 ? "No KPI is past a limit"
    : `${bad.length} of ${known.length} KPIs are past a limit`;
}
