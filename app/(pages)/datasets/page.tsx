import type { Metadata } from "next";
import { DatasetList } from "@/components/dataset/dataset-list";
import { PageFrame } from "@/components/dataset/page-frame";

export const metadata: Metadata = { title: "Datasets · TodiScope" };

export default function Page() {
  return <PageFrame title="Datasets"><DatasetList /></PageFrame>;
}
