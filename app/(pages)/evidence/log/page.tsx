import type { Metadata } from "next";
import "@/components/evidence/evidence.css";
import { LogPage } from "@/components/evidence/log-page";
import { NeedsRole } from "@/components/shell/needs-role";

export const metadata: Metadata = { title: "Evidence log · TodiScope" };

export default function EvidenceLogPage() {
  return <NeedsRole role="READ" title="Evidence log"><LogPage /></NeedsRole>;
}
