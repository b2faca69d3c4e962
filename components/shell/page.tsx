import type { ReactNode } from "react";
import Link from "next/link";
import { classes } from "@/components/ui/classes";
import { PageTitle } from "./page-title";

export interface Crumb {
  label: string;
  href?: string;
  /** An id. */
  mono?: boolean;
}

/** Longer ones end in an ellipsis, as components.css has it. */
const LONG_CRUMB = 40;

export function Crumbs({ items }: { items: readonly Crumb[] }) {
  return (
    <nav aria-label="Breadcrumb">
      <ol className="crumbs">
        {items.map((item, index) => (
          <li
            key={`${item.label}-${index}`}
            className={item.mono ? "mono" : undefined}
            data-tip={item.label.length > LONG_CRUMB ? item.label : undefined}
            aria-current={index === items.length - 1 ? "page" : undefined}
          >
            {item.href ? <Link href={item.href}>{item.label}</Link> : item.label}
          </li>
        ))}
      </ol>
    </nav>
  );
}

export interface PageProps {
  title: ReactNode;
  /** Under the title: badges, a hint, the answer of the page in one sentence. */
  sub?: ReactNode;
  crumbs?: readonly Crumb[];
  /** Buttons at the right; one primary. */
  actions?: ReactNode;
  className?: string;
  children: ReactNode;
}

/** <main> with the page's one h1. */
export function Page({ title, sub, crumbs, actions, className, children }: PageProps) {
  return (
    <main className={classes("page", className)} id="main" tabIndex={-1}>
      {crumbs ? <Crumbs items={crumbs} /> : null}
      <div className="page-head">
        <div><PageTitle>{title}</PageTitle>{sub ? <div className="lede">{sub}</div> : null}</div>
        {actions ? <div className="row wrap">{actions}</div> : null}
      </div>
      {children}
    </main>
  );
}
