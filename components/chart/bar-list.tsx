import type { CSSProperties, ReactNode } from "react";
import Link from "next/link";
import { textWidth } from "@/components/chart/geometry";
import { classes } from "@/components/ui/classes";
import { NARROW, percentOf } from "@/components/ui/format";

export interface BarItem {
  id: string;
  label: string;
  value: number;
  /** Instead of the formatted value: rounded so that the column adds up. */
  text?: string;
  href?: string;
  /** A longer name: the obligor of a loan id. */
  tip?: string;
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
  others?: { label: string; value: number; text?: string } | null;
  colour?: "loss" | "outstanding" | "collateral" | "recovery" | "net" | "default";
  currentId?: string | null;
  onSelect?: (id: string) => void;
  /** 32-px rows instead of 24. */
  roomy?: boolean;
}

/** A share that is not nothing is never shown as 0. */
const shareText = (share: number): string =>
  (share > 0 && share < 0.005 ? `<1${NARROW}%` : percentOf(share, { decimals: 0 }));

function Content(props: { item: BarItem; list: BarListProps; most: number }) {
  const { item, list, most } = props;
  const share = most > 0 ? Math.max(0, item.value / most) : 0;
  const bar = { width: `${share * 100}%`, background: `var(--chart-${list.colour ?? "loss"})` };
  return (
    <>
      <span>{item.label}</span>
      <i style={bar} />
      <span className="num">{item.text ?? list.format(item.value)}</span>
      {list.total ? (
        <span className="num muted">{shareText(item.value / list.total)}</span>
      ) : null}
    </>
  );
}

function Row({ item, list, most }: { item: BarItem; list: BarListProps; most: number }): ReactNode {
  const isCurrent = list.currentId === item.id;
  const content = <Content item={item} list={list} most={most} />;
  if (item.href) {
    return (
      <Link href={item.href} data-tip={item.tip} aria-current={isCurrent || undefined}>
        {content}
      </Link>
    );
  }
  const { onSelect } = list;
  if (!onSelect) return <div className="bar" data-tip={item.tip} tabIndex={item.tip ? 0 : undefined}>{content}</div>;
  return (
    <button
      type="button"
      data-tip={item.tip}
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
  const names = [...items.map((item) => item.label), others?.label ?? ""];
  const longest = Math.max(...names.map((name) => textWidth(name, 12, true)));
  const nameWidth = Math.round(Math.min(132, Math.max(72, longest + 2)));
  const columns = {
    "--bars-cols": `minmax(72px, ${nameWidth}px) minmax(24px, 1fr) minmax(48px, max-content)${share}`,
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
            <span className="num">{others.text ?? format(others.value)}</span>
            {total ? <span className="num muted">{shareText(others.value / total)}</span>
              : null}
          </div>
        </li>
      ) : null}
    </ul>
  );
}
