import type { Metadata } from "next";
import { Suspense } from "react";
import { DatasetPage } from "@/components/dataset/dataset-page";

export const metadata: Metadata = { title: "Dataset · TodiScope" };

export default async function Page({ params }: { params: Promise<{ id: string }> }) {
  const { id } = await params;
  return <Suspense><DatasetPage id={id} /></Suspense>;
}
