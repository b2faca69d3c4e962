import type { Metadata } from "next";
import { Suspense } from "react";
import { OverviewPage } from "@/components/overview/overview-page";

export const metadata: Metadata = { title: "Overview · TodiScope" };

export default function Page() {
  return <Suspense><OverviewPage /></Suspense>;
}
