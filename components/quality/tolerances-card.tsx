import { StateText } from "@/components/ui/badge";
import { Banner } from "@/components/ui/banner";
import { Card } from "@/components/ui/card";
import { plural } from "@/components/ui/format";
import type { ResponseOf } from "@/lib/contract/operations";
import { limitWords, toleranceFigure, toleranceWord } from "./words";

type Judged = Pick<ResponseOf<"getQuality">, "tolerances" | "accepted">;

function title({ tolerances, accepted }: Judged): string {
  const exceeded = tolerances.filter((check) => check.exceeded).length;
  if (exceeded === 0) return "Every tolerance was kept";
  return `${plural(exceeded, "tolerance")} exceeded${accepted ? ", and accepted" : ""}`;
}

/** What the dataset tolerated and what was measured; nothing where it asked for nothing. */
export function TolerancesCard({ quality, className }: { quality: Judged; className?: string }) {
  const { tolerances, accepted } = quality;
  if (tolerances.length === 0) return null;
  return (
    <Card id="tolerances" className={className} title={title(quality)}
      sub="As the dataset asked when the tape was imported" flush>
      {accepted ? (
        <div className="card-body">
          <Banner kind="warning" icon="warn" title={`Sealed all the same by ${accepted.by}.`}>
            {accepted.reason}
          </Banner>
        </div>
      ) : null}
      <div className="table-wrap" tabIndex={0} role="region" aria-label="Tolerance table">
        <table>
          <thead>
            <tr><th scope="col">Tolerance</th><th scope="col" className="num">Measured</th>
              <th scope="col" className="num">Limit</th><th scope="col">Result</th></tr>
          </thead>
          <tbody>
            {tolerances.map((check) => (
              <tr key={`${check.name} ${check.field}`}>
                <th scope="row">{toleranceWord(check)}</th>
                <td className="num">{toleranceFigure(check.name, check.measured)}</td>
                <td className="num">{limitWords(check)}</td>
                <td><StateText state={check.exceeded ? "critical" : "normal"}>
                  {check.exceeded ? "Exceeded" : "Kept"}
                </StateText></td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </Card>
  );
}
