import type { Metadata } from "next";
import { redirect } from "next/navigation";
import { describeOperations } from "@/components/docs/describe";
import { DocsView } from "@/components/docs/docs-view";

export const metadata: Metadata = { title: "Docs · TodiScope" };

type Props = { searchParams: Promise<{ tab?: string | string[] }> };

/** The operations table is read here, on the server: its schemas never reach the browser. */
export default async function DocsPage({ searchParams }: Props) {
  const { tab } = await searchParams;
  // Addresses from when these were tabs of this page.
  if (tab === "model" || tab === "glossary") redirect(`/docs/${tab}`);
  return <DocsView reference={describeOperations()} />;
}
