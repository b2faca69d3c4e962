import type { ReactNode } from "react";
import { Children } from "react";
import Link from "next/link";
import type { TermId } from "@/components/docs/terms";
import type { RiskState } from "@/components/ui/badge";
import { StateText } from "@/components/ui/badge";
import { classes } from "@/components/ui/classes";
import { Icon } from "@/components/ui/icon";
import type { IconName } from "@/components/ui/icon";
import { Na } from "@/components/ui/na";
import { Skeleton } from "@/components/ui/states";
import { Term, TermMark } from "@/components/ui/term";

export interface CardProps {
  /** Unique on the page: the heading's id and the card's anchor name are built from it. */
  id: string;
  title: ReactNode;
  sub?: ReactNode;
  /** Words of the glossary that the title and the figures take as known. */
  terms?: readonly TermId[];
  /** Icon buttons at the right of the title. */
  tools?: ReactNode;
  /** A normal button or link at the right of the title. */
  action?: ReactNode;
  foot?: ReactNode;
  /** The content goes to the edges: tables and lists. */
  flush?: boolean;
  kind?: "preview" | "unknown";
  as?: "section" | "figure";
  className?: string;
  children?: ReactNode;
}

export function Card(props: CardProps) {
  const { id, title, sub, terms, tools, action, foot, flush, kind, className, children } = props;
  const Tag = props.as ?? "section";
  const heading = `${id}-title`;
  const head = (
    <div className="card-head">
      <div>
        <h2 id={heading}>{title}</h2>
        {sub ? <div className="sub">{sub}</div> : null}
      </div>
      {action}
      {tools || terms ? (
        <div className="tools">
          {terms ? <TermMark ids={terms} of={typeof title === "string" ? title : id} /> : null}
          {tools}
        </div>
      ) : null}
    </div>
  );
  return (
    <Tag
      id={id}
      className={classes("card", className)}
      data-kind={kind}
      aria-labelledby={heading}
    >
      {Tag === "figure" ? <figcaption>{head}</figcaption> : head}
      {flush ? children : <div className="card-body">{children}</div>}
      {foot ? <div className="card-foot">{foot}</div> : null}
    </Tag>
  );
}

export interface TileProps {
  title: ReactNode;
  term?: TermId;
  /** The figure as text; null shows "-" with `reason`. */
  value: ReactNode | null;
  unit?: string;
  /** Where the figure comes from; makes it a link. */
  href?: string;
  /** Why there is no figure. */
  reason?: string;
  state?: RiskState;
  stateWord?: string;
  delta?: ReactNode;
  spark?: ReactNode;
  provenance?: { href: string; label: string; icon?: IconName };
  loading?: boolean;
}

function TileFigure({ value, unit, href, reason, loading }: TileProps) {
  if (loading) return <span className="fig"><Skeleton width="70%" height={20} /></span>;
  if (value === null || value === undefined) {
    return <span className="fig"><Na reason={reason ?? "Not known"} /></span>;
  }
  const content = <>{value}{unit ? <> <small>{unit}</small></> : null}</>;
  return href
    // The page of formulas is large, and seldom where one goes next.
    ? <Link className="fig" href={href} prefetch={href.startsWith("/docs") ? false : undefined}>
      {content}</Link>
    : <span className="fig">{content}</span>;
}

export function Tile(props: TileProps) {
  const { title, term, state, stateWord, delta, spark, provenance } = props;
  return (
    <div className="tile">
      <h3>
        {term ? <Term id={term}>{title}</Term> : <span>{title}</span>}
        {state ? <StateText state={state} iconOnly>{stateWord}</StateText> : null}
      </h3>
      <TileFigure {...props} />
      <span className="delta">{delta}</span>
      {spark ?? <span className="spark" />}
      {provenance ? (
        <Link className="prov" href={provenance.href}>
          <Icon name={provenance.icon ?? "link"} />{provenance.label}
        </Link>
      ) : null}
    </div>
  );
}

export interface TileGridProps {
  label: string;
  /** How many tiles stand in one line on a wide screen; all of them when not given. */
  count?: 4 | 5 | 6 | 7 | 8;
  children: ReactNode;
}

export function TileGrid({ label, count, children }: TileGridProps) {
  return (
    <section aria-label={label}>
      <h2 className="vh">{label}</h2>
      <div className="tiles" data-count={count ?? Children.count(children)}>{children}</div>
    </section>
  );
}
