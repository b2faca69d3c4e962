import type { CSSProperties, ReactNode } from "react";
import Link from "next/link";
import { classes } from "@/components/ui/classes";
import { percentOf } from "@/components/ui/format";

export interface BarItem {
  id: string;
  label: string;
  value: number;
  href?: string;
  /** A longer name on hover: the obligor of a loan id. */
  title?: string;
}

export interface BarListProps {
  label: string;
  /** Sorted by the caller, largest first. */
  items: readonly BarItem[];
  /** Shows the value, without its unit. */
  format: (value: number) => string;
  /** With a total, each row shows its share of it. */
  total?: number;
  /** What is not listed: "1,136 others" with its sum. */
  others?: { label: string; value: number } | null;
  colour?: "loss" | "outstanding" | "collateral" | "recovery" | "net" | "default";
  currentId?: string | null;
  onSelect?: (id: string) => void;
  /** 32-px rows instead of 24. */
  roomy?: boolean;
}

function Content(props: { item: BarItem; list: BarListProps; most: number }) {
  const { item, list, most } = props;
  const share = most > 0 ? Math.max(0, item.value / most) : 0;
  const bar = { width: `${share * 100}%`, background: `var(--chart-${list.colour ?? "loss"})` };
  return (
    <>
      <span>{item.label}</span>
      <i style={bar} />
      <span className="num">{list.format(item.value)}</span>
      {list.total ? (
        <span className="num muted">
          {percentOf(item.value / list.total, { decimals: 0 })}
        </span>
      ) : null}
    </>
  );
}

function Row({ item, list, most }: { item: BarItem; list: BarListProps; most: number }): ReactNode {
  const isCurrent = list.currentId === item.id;
  const content = <Content item={item} list={list} most={most} />;
  if (item.href) {
    return (
      <Link href={item.href} title={item.title} aria-current={isCurrent || undefined}>
        {content}
      </Link>
    );
  }
  const { onSelect } = list;
  if (!onSelect) return <div className="bar" title={item.title}>{content}</div>;
  return (
    <button
      type="button"
      title={item.title}
      aria-pressed={isCurrent}
      onClick={() => onSelect(item.id)}
    >
      {content}
    </button>
  );
}

export function BarList(props: BarListProps) {
  const { label, items, format, total, others, roomy } = props;
  const most = Math.max(0, ...items.map((item) => item.value));
  const share = total ? " minmax(36px, max-content)" : "";
  const columns = {
    "--bars-cols": `minmax(72px, 132px) minmax(24px, 1fr) minmax(48px, max-content)${share}`,
  } as CSSProperties;
  return (
    <ul className={classes("bars", roomy && "roomy")} aria-label={label} style={columns}>
      {items.map((item) => (
        <li key={item.id}><Row item={item} list={props} most={most} /></li>
      ))}
      {others ? (
        <li>
          <div className="bar muted">
            <span>{others.label}</span>
            <span />
            <span className="num">{format(others.value)}</span>
            {total ? <span className="num muted">{percentOf(others.value / total, { decimals: 0 })}</span>
              : null}
          </div>
        </li>
      ) : null}
    </ul>
  );
}
