import { scenarioName } from "@/components/run/scenario-name";
import type { EvidenceKind } from "@/lib/evidence";

const KIND_WORDS: Record<EvidenceKind, string> = {
  debt_exposure: "Debt exposure",
  stress_test: "Stress test",
  kpi: "Portfolio indicators",
  analysis: "Analysis",
};

export const KIND_OPTIONS = Object.entries(KIND_WORDS)
  .map(([value, label]) => ({ value, label }));

export const kindWord = (kind: EvidenceKind): string => KIND_WORDS[kind];

/** What a record is about, for headings: "Market crash, stress test". */
export function evidenceTitle(kind: EvidenceKind, scenarioId: string | null): string {
  if (kind !== "stress_test" || scenarioId === null) return kindWord(kind);
  return `${scenarioName(scenarioId)}, stress test`;
}

const REASONS: Record<string, string> = {
  EVIDENCE_ID_INVALID: "its id is not an evidence id",
  DATASET_VERSION_ID_INVALID: "it names no valid dataset version",
  EVIDENCE_KIND_UNKNOWN: "its kind is not known",
  PAYLOAD_NOT_CANONICAL: "its content cannot be brought into canonical form",
  PAYLOAD_HASH_MISMATCH: "its content no longer gives the recorded hash",
};

/** Why the server does not accept a record, as the end of a sentence. */
export const defectInWords = (reason: string): string => REASONS[reason] ?? reason;
