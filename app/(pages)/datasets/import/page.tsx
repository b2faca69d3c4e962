import type { Metadata } from "next";
import { ImportWizard } from "@/components/dataset/import-wizard";
import { PageFrame } from "@/components/dataset/page-frame";

export const metadata: Metadata = { title: "Import a loan tape · TodiScope" };

export default function Page() {
  return <PageFrame title="Import a loan tape"><ImportWizard /></PageFrame>;
}
