import Link from "next/link";
import { StateText } from "@/components/ui/badge";
import { Card } from "@/components/ui/card";
import { plural } from "@/components/ui/format";
import { warningParts, type Run } from "./run-words";

export function ReportWarnings({ run }: { run: Run }) {
  const { warnings } = run.report.metadata;
  if (warnings.length === 0) {
    return (
      <Card id="warnings" title="No warnings"
        sub="Nothing in the tape was left out or replaced when the figures were added up" />
    );
  }
  return (
    <Card id="warnings" title={plural(warnings.length, "warning")} flush
      sub="What was left out or replaced when the figures were added up">
      <ul className="list">
        {warnings.map((warning, index) => {
          const { code, text } = warningParts(warning);
          return (
            <li key={index}>
              <StateText state="warning" iconOnly>Warning</StateText>
              <div className="grow">
                <p className="t">{text}</p>
                {code ? <p className="d mono">{code}</p> : null}
              </div>
            </li>
          );
        })}
      </ul>
    </Card>
  );
}

export function ReportAssumptions({ run }: { run: Run }) {
  const { assumptions } = run;
  return (
    <Card id="assumptions" title={`${plural(assumptions.length, "assumption")} behind the figures`}
      sub={<Link href="/docs/limitations">What the model does not do</Link>} flush>
      <div className="table-wrap" tabIndex={0} role="region" aria-label="Assumptions">
        <table className="tall assumptions">
          <thead>
            <tr>
              <th scope="col">Assumption</th>
              <th scope="col">Source</th>
              <th scope="col">Sensitivity</th>
            </tr>
          </thead>
          <tbody>
            {assumptions.map((assumption) => (
              <tr key={assumption.id}>
                <td className="wrap-cell">
                  {assumption.description}<span className="values">{assumption.impact}</span>
                </td>
                <td className="wrap-cell narrow">{assumption.source}</td>
                <td>{assumption.sensitivity}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </Card>
  );
}
