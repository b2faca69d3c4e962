import Link from "next/link";
import { Card } from "@/components/ui/card";
import { TERM_GROUPS, type TermText } from "./terms";

function Terms({ id, title, terms }: {
  id: string; title: string; terms: Readonly<Record<string, TermText>>;
}) {
  return (
    <Card id={id} title={title} className="c6">
      <dl className="terms">
        {Object.entries(terms).map(([term, { name, text, formula, model }]) => (
          <div key={term} id={term}>
            <dt><a href={`#${term}`}>{name}</a></dt>
            <dd>
              {text}
              {formula ? <span className="mono term-formula">{formula}</span> : null}
              {model ? <> See <Link href={`/docs/model#${model}`}>the formulas</Link>.</> : null}
            </dd>
          </div>
        ))}
      </dl>
    </Card>
  );
}

export function Glossary() {
  return (
    <div className="grid">
      {TERM_GROUPS.map((group) => <Terms key={group.id} {...group} />)}
    </div>
  );
}
