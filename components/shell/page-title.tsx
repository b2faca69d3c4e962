"use client";

import { useEffect, useRef, type ReactNode } from "react";

/** The page's h1, which names the tab too: ten open runs are told apart. */
export function PageTitle({ children }: { children: ReactNode }) {
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    document.title = `${heading.current?.innerText ?? ""} · TodiScope`;
  });
  return <h1 ref={heading}>{children}</h1>;
}
