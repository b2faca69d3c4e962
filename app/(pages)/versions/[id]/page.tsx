import type { Metadata } from "next";
import { Suspense } from "react";
import { VersionPage } from "@/components/dataset/version-page";

export const metadata: Metadata = { title: "Dataset version · TodiScope" };

export default async function Page({ params }: { params: Promise<{ id: string }> }) {
  const { id } = await params;
  return <Suspense><VersionPage id={id} /></Suspense>;
}
