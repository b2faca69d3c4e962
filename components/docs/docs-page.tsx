"use client";

import "./docs.css";
import type { ReactNode } from "react";
import { useEffect } from "react";
import Link from "next/link";
import { Page } from "@/components/shell/page";

const PAGES = [
  { href: "/docs", label: "API" },
  { href: "/docs/model", label: "Model" },
  { href: "/docs/limitations", label: "Limitations" },
  { href: "/docs/register", label: "Model register" },
  { href: "/docs/glossary", label: "Glossary" },
] as const;
export type DocsHref = (typeof PAGES)[number]["href"];

/** A link to a term or a formula finds it, also where a page draws it after it has loaded. */
function useAnchor(): void {
  useEffect(() => {
    const id = decodeURIComponent(window.location.hash.slice(1));
    const target = id === "" ? null : document.getElementById(id);
    if (!target) return;
    if (target instanceof HTMLDetailsElement) target.open = true;
    target.scrollIntoView();
  }, []);
}

interface DocsPageProps {
  current: DocsHref;
  title: string;
  sub: ReactNode;
  actions?: ReactNode;
  children: ReactNode;
}

/** The frame of every page of the documentation. */
export function DocsPage({ current, title, sub, actions, children }: DocsPageProps) {
  useAnchor();
  return (
    <Page className="docs" title={title} sub={sub} actions={actions}>
      <nav className="tabs" aria-label="Documentation">
        {PAGES.map(({ href, label }) => (
          <Link key={href} href={href} aria-current={href === current ? "page" : undefined}>
            {label}
          </Link>
        ))}
      </nav>
      {children}
    </Page>
  );
}
