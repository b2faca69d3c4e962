import type { Metadata } from "next";
import { Suspense } from "react";
import "@/components/evidence/evidence.css";
import { EvidenceList } from "@/components/evidence/evidence-list";

export const metadata: Metadata = { title: "Evidence · TodiScope" };

export default function EvidencePage() {
  return <Suspense><EvidenceList /></Suspense>;
}
