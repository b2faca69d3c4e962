import type { Metadata } from "next";
import { Suspense } from "react";
import { AnalyticsPage } from "@/components/analytics/analytics-page";
import { NeedsRole } from "@/components/shell/needs-role";

export const metadata: Metadata = { title: "Analytics · TodiScope" };

export default function Analytics() {
  return (
    <Suspense>
      <NeedsRole role="READ" title="Analytics"><AnalyticsPage /></NeedsRole>
    </Suspense>
  );
}
