import type { Metadata } from "next";
import { GlossaryPage } from "@/components/docs/glossary-page";

export const metadata: Metadata = { title: "Glossary · TodiScope" };

export default function DocsGlossaryPage() {
  return <GlossaryPage />;
}
