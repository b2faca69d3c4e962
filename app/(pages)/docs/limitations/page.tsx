import type { Metadata } from "next";
import { LimitationsPage } from "@/components/docs/limitations-page";

export const metadata: Metadata = { title: "Limitations · TodiScope" };

export default function DocsLimitationsPage() {
  return <LimitationsPage />;
}
