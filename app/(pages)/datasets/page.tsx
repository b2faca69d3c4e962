import type { Metadata } from "next";
import { Suspense } from "react";
import { DatasetList } from "@/components/dataset/dataset-list";

export const metadata: Metadata = { title: "Datasets · TodiScope" };

export default function Page() {
  return <Suspense><DatasetList /></Suspense>;
}
