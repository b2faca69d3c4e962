import type { Metadata } from "next";
import { DatasetPage } from "@/components/dataset/dataset-page";
import { PageFrame } from "@/components/dataset/page-frame";

export const metadata: Metadata = { title: "Dataset · TodiScope" };

export default async function Page({ params }: { params: Promise<{ id: string }> }) {
  const { id } = await params;
  return <PageFrame title="Dataset"><DatasetPage id={id} /></PageFrame>;
}
