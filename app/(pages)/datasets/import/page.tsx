import type { Metadata } from "next";
import { Suspense } from "react";
import { ImportWizard } from "@/components/dataset/import-wizard";

export const metadata: Metadata = { title: "Import a loan tape · TodiScope" };

export default function Page() {
  return <Suspense><ImportWizard /></Suspense>;
}
