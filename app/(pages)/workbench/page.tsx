import type { Metadata } from "next";
import { Suspense } from "react";
import { Workbench } from "@/components/workbench/workbench";

export const metadata: Metadata = { title: "Workbench · TodiScope" };

export default function WorkbenchPage() {
  return <Suspense><Workbench /></Suspense>;
}
