import type { Metadata } from "next";
import { Suspense } from "react";
import "@/components/evidence/evidence.css";
import { RunComparePage } from "@/components/run-compare/run-compare-page";
import { NeedsRole } from "@/components/shell/needs-role";

export const metadata: Metadata = { title: "Compare runs · TodiScope" };

export default function Page() {
  return (
    <Suspense>
      <NeedsRole role="READ" title="Compare runs"><RunComparePage /></NeedsRole>
    </Suspense>
  );
}
