import type { Metadata } from "next";
import { PageFrame } from "@/components/dataset/page-frame";
import { OverviewPage } from "@/components/overview/overview-page";

export const metadata: Metadata = { title: "Overview · TodiScope" };

export default function Page() {
  return <PageFrame title="Overview"><OverviewPage /></PageFrame>;
}
