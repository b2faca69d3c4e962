import type { CSSProperties, ReactNode } from "react";
import { Icon } from "@/components/ui/icon";
import type { IconName } from "@/components/ui/icon";

export interface SkeletonProps {
  width?: string;
  height?: number;
}

export function Skeleton({ width, height }: SkeletonProps) {
  const size: Record<string, string> = {};
  if (width) size["--skeleton-w"] = width;
  if (height) size["--skeleton-h"] = `${height}px`;
  return <span className="skeleton" style={size as CSSProperties} aria-hidden="true" />;
}

export interface SkeletonStackProps {
  lines?: number;
  height?: number;
  label?: string;
}

/** Several lines of the final layout's size; shows itself after 200 ms. */
export function SkeletonStack(props: SkeletonStackProps) {
  const { lines = 4, height = 20, label = "Loading" } = props;
  const rows = Array.from({ length: lines }, (_, index) => (
    <Skeleton key={index} height={height} width={index % 3 === 2 ? "72%" : "100%"} />
  ));
  return (
    <div className="skeleton-stack" role="status">
      <span className="vh">{label}</span>
      {rows}
    </div>
  );
}

export interface SkeletonGridProps {
  /** Cards of the final page: columns of the grid, height in px. */
  cards: readonly { columns: 4 | 5 | 7 | 8 | 12; height: number }[];
  label: string;
}

/** A page of cards that is still to come; shows itself after 200 ms. */
export function SkeletonGrid({ cards, label }: SkeletonGridProps) {
  return (
    <div className="grid skeleton-grid" role="status">
      <span className="vh">{label}</span>
      {cards.map(({ columns, height }, index) => (
        <div key={index} className={`c${columns}`}><Skeleton height={height} /></div>
      ))}
    </div>
  );
}

export interface EmptyStateProps {
  icon?: IconName;
  title: ReactNode;
  /** What belongs here. */
  children?: ReactNode;
  action?: ReactNode;
}

export function EmptyState({ icon = "file", title, children, action }: EmptyStateProps) {
  return (
    <div className="empty">
      <Icon name={icon} />
      <h2>{title}</h2>
      {children ? <p>{children}</p> : null}
      {action}
    </div>
  );
}

export interface ErrorStateProps {
  /** What failed: "The database did not answer." */
  what: ReactNode;
  /** What is safe: "Your edits are kept." */
  safe?: ReactNode;
  /** What to do: "Try again." */
  todo?: ReactNode;
  requestId?: string | null;
  action?: ReactNode;
}

export function ErrorState({ what, safe, todo, requestId, action }: ErrorStateProps) {
  return (
    <div className="panel-state" role="alert">
      <h2><Icon name="crit" />{what}</h2>
      {safe || todo ? <p>{safe}{safe && todo ? " " : null}{todo}</p> : null}
      {requestId ? (
        <p className="hint">Give support the request id <span className="mono">{requestId}</span></p>
      ) : null}
      {action ? <div className="row wrap">{action}</div> : null}
    </div>
  );
}

export interface ForbiddenProps {
  /** "Approve" gives "You need the Approve role." */
  role: string;
  /** Who can give it. */
  who?: string;
  children?: ReactNode;
}

export function Forbidden({ role, who = "Ask an administrator.", children }: ForbiddenProps) {
  return (
    <EmptyState icon="lock" title={`You need the ${role} role`} action={children}>{who}</EmptyState>
  );
}
