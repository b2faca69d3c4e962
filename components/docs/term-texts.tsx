import { TERMS, type TermId } from "./terms";

/** The definitions of some terms, each with the ways to more. */
export function TermTexts({ ids }: { ids: string }) {
  return ids.split(" ").map((id) => {
    const term = TERMS[id as TermId];
    return (
      <div key={id} className="term-text">
        <b>{term.name}</b>
        <p>{term.text}</p>
        {term.formula ? <p className="mono">{term.formula}</p> : null}
        <p className="row wrap">
          <a href={`/docs/glossary#${id}`}>Glossary</a>
          {term.model ? <a href={`/docs/model#${term.model}`}>Formula with figures</a> : null}
        </p>
      </div>
    );
  });
}
