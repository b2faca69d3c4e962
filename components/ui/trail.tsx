import type { ReactNode } from "react";
import Link from "next/link";
import { classes } from "@/components/ui/classes";
import { Icon } from "@/components/ui/icon";
import type { IconName } from "@/components/ui/icon";

export interface TrailStep {
  id: string;
  title: ReactNode;
  /** At the right of the title: "6 sectors, sum 487.2", or a badge. */
  note?: ReactNode;
  content: ReactNode;
}

/** The numbered way from a figure to its raw row. */
export function Trail({ steps }: { steps: readonly TrailStep[] }) {
  return (
    <ol className="trail">
      {steps.map((step, index) => (
        <li key={step.id}>
          <span className="dot" aria-hidden="true">{index + 1}</span>
          <h3>
            {step.title}
            {typeof step.note === "string" ? <span className="muted">{step.note}</span> : step.note}
          </h3>
          {step.content}
        </li>
      ))}
    </ol>
  );
}

export interface TraceNode {
  id: string;
  /** "Raw row", "Normalized record", "Evidence", "Finding", "Run" */
  kind: string;
  icon: IconName;
  title: ReactNode;
  text?: ReactNode;
  hash?: string;
  href?: string;
  /** Opens the record here instead of leading to another page. */
  onSelect?: () => void;
  /** The verb on the arrow that leads here: "mapped". */
  via?: string;
  /** The record this page is about. */
  current?: boolean;
  /** One of several: a stacked edge. */
  many?: boolean;
}

function Node({ node }: { node: TraceNode }) {
  const name = classes("node", node.many && "many");
  const content = (
    <>
      <span className="kind"><Icon name={node.icon} small />{node.kind}</span>
      <b>{node.title}</b>
      {node.text ? <span>{node.text}</span> : null}
      {node.hash ? <span className="hash">{node.hash}</span> : null}
    </>
  );
  const current = node.current || undefined;
  if (node.onSelect) {
    return (
      <button type="button" className={name} aria-current={current} onClick={node.onSelect}>
        {content}
      </button>
    );
  }
  if (!node.href) return <div className={name} aria-current={current}>{content}</div>;
  return <Link className={name} href={node.href} aria-current={current}>{content}</Link>;
}

export function TraceGraph({ nodes }: { nodes: readonly TraceNode[] }) {
  return (
    <ol className="trace">
      {nodes.map((node) => (
        <li key={node.id}>
          {node.via ? <span className="via">{node.via}</span> : null}
          <Node node={node} />
        </li>
      ))}
    </ol>
  );
}
