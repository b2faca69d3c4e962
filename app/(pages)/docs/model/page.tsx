import type { Metadata } from "next";
import { ModelPage } from "@/components/docs/model/model-page";

export const metadata: Metadata = { title: "Model · TodiScope" };

export default function DocsModelPage() {
  return <ModelPage />;
}
