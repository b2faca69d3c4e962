import type { Metadata } from "next";
import { ComparePage } from "@/components/compare/compare-page";
import { PageFrame } from "@/components/dataset/page-frame";

export const metadata: Metadata = { title: "Compare versions · TodiScope" };

export default async function Page({ params }: { params: Promise<{ id: string }> }) {
  const { id } = await params;
  return <PageFrame title="Compare versions"><ComparePage datasetId={id} /></PageFrame>;
}
