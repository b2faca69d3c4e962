"use client";

import { PageFailure, type PageFailureProps } from "@/components/access/page-failure";
import "@/components/ui/tokens.css";
import "@/components/ui/components.css";
import "./globals.css";

/** Stands in for the root layout when that itself fails. */
export default function GlobalError(props: PageFailureProps) {
  return (
    <html lang="en">
      <head><title>TodiScope</title></head>
      <body><PageFailure {...props} /></body>
    </html>
  );
}
