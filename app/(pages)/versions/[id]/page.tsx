import type { Metadata } from "next";
import { PageFrame } from "@/components/dataset/page-frame";
import { VersionPage } from "@/components/dataset/version-page";

export const metadata: Metadata = { title: "Dataset version · TodiScope" };

export default async function Page({ params }: { params: Promise<{ id: string }> }) {
  const { id } = await params;
  return <PageFrame title="Dataset version"><VersionPage id={id} /></PageFrame>;
}
