import { Card } from "@/components/ui/card";
import { HashText } from "@/components/ui/figure";
import { money, plural } from "@/components/ui/format";
import { StateText } from "@/components/ui/badge";
import { isHashEqual, isIdEqual, isSound, type RecordCheck } from "./checks";

interface Difference {
  evidenceId: string;
  what: string;
  recorded: string;
  computed: string;
}

/** "loss_estimate" gives "Loss estimate". */
const memberName = (member: string): string => {
  const words = member.replaceAll("_", " ").replace(/ pct$/, "");
  return words.charAt(0).toUpperCase() + words.slice(1);
};

/** Amounts in full; what two decimals would not tell apart is shown with every digit. */
function pair(recorded: number, computed: number): [string, string] {
  const texts: [string, string] = [money(recorded), money(computed)];
  return texts[0] === texts[1] ? [String(recorded), String(computed)] : texts;
}

function differencesOf(check: RecordCheck): Difference[] {
  const { evidenceId } = check;
  const lines: Difference[] = check.differing.map((figure) => {
    const [recorded, computed] = pair(figure.recorded, figure.computed);
    return { evidenceId, what: memberName(figure.name), recorded, computed };
  });
  if (!isHashEqual(check)) {
    lines.push({ evidenceId, what: "SHA-256 of the content", recorded: check.recordedHash,
      computed: check.computedHash ?? "no canonical form" });
  }
  if (!isIdEqual(check)) {
    lines.push({ evidenceId, what: "Id that follows from the content",
      recorded: check.evidenceId, computed: check.derivedId ?? "-" });
  }
  return lines;
}

/** Recorded beside computed, for every record that does not stand. */
export function Differences({ checks }: { checks: readonly RecordCheck[] }) {
  const bad = checks.filter((check) => !isSound(check));
  if (bad.length === 0) return null;
  const lines = bad.flatMap(differencesOf);
  return (
    <Card id="differences" flush
      title={`${plural(lines.length, "difference")} in ${plural(bad.length, "record")}`}
      sub="What is stored beside what this browser computes from it">
      <div className="table-wrap" tabIndex={0} role="region" aria-label="Recorded and computed">
        <table className="roomy">
          <thead>
            <tr><th scope="col">What</th><th scope="col">Record</th><th scope="col">Recorded</th>
              <th scope="col">Computed here</th></tr>
          </thead>
          <tbody>
            {lines.map((line) => (
              <tr key={`${line.evidenceId} ${line.what}`}>
                <th scope="row"><StateText state="critical">{line.what}</StateText></th>
                <td><HashText short value={line.evidenceId}
                  href={`/evidence/${line.evidenceId}`} /></td>
                <td className="wrap-cell"><span className="hash">{line.recorded}</span></td>
                <td className="wrap-cell"><span className="hash">{line.computed}</span></td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </Card>
  );
}
