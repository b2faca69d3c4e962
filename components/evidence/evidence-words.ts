import { scenarioName } from "@/lib/risk/scenario-name";
import { ENGINE_ID, type EvidenceKind } from "@/lib/evidence";

const KIND_WORDS: Record<EvidenceKind, string> = {
  debt_exposure: "Debt exposure",
  stress_test: "Stress test",
  kpi: "Portfolio KPIs",
  analysis: "Analysis",
};

export const KIND_OPTIONS = Object.entries(KIND_WORDS)
  .map(([value, label]) => ({ value, label }));

export const engineName = (id: string): string =>
  id === ENGINE_ID ? "Distressed asset debt stress" : id;

export const kindWord = (kind: EvidenceKind): string => KIND_WORDS[kind];

/** What a record is about, for headings: "Market crash, stress test", "IRB capital, analysis". */
export function evidenceTitle(
  kind: EvidenceKind, scenarioId: string | null, analysis: string | null,
): string {
  if (kind === "analysis" && analysis !== null) return `${analysis}, analysis`;
  if (kind !== "stress_test" || scenarioId === null) return kindWord(kind);
  return `${scenarioName(scenarioId)}, stress test`;
}

const REASONS: Record<string, string> = {
  EVIDENCE_ID_INVALID: "its id is not an evidence id",
  DATASET_VERSION_ID_INVALID: "it names no valid dataset version",
  EVIDENCE_KIND_UNKNOWN: "its kind is not known",
  PAYLOAD_NOT_CANONICAL: "its content cannot be brought into canonical form",
  PAYLOAD_HASH_MISMATCH: "its content no longer gives the recorded hash",
  EVIDENCE_ID_MISMATCH: "it does not belong to its id",
  EVIDENCE_MISSING: "a run names it and it is gone",
  EVIDENCE_NOT_REPRODUCED: "its figures are not what the engine computes from the sealed data",
  EVIDENCE_WITHOUT_RUN: "no run accounts for it",
  EVIDENCE_NOT_RECORDED: "the audit log says that it was recorded and it is gone",
  EVIDENCE_NOT_AUDITED: "the audit log does not know it",
  FINDING_HASH_MISMATCH: "its content no longer gives the recorded hash",
  FINDING_COLUMN_MISMATCH: "its columns are not those it was recorded with",
  FINDING_MISSING: "a run names it and it is gone",
  FINDING_NOT_REPRODUCED: "it is not how the engine judges the figure",
  FINDING_WITHOUT_RUN: "no run accounts for it",
  FINDING_NOT_RECORDED: "the audit log says that it was recorded and it is gone",
  FINDING_NOT_AUDITED: "the audit log does not know it",
  LINK_ID_MISMATCH: "it does not join what it was recorded to join",
  LINK_COLUMN_MISMATCH: "its columns are not those it was recorded with",
  LINK_MISSING: "it is gone",
  LINK_WITHOUT_FINDING: "it joins nothing that was recorded",
  RUN_ID_MISMATCH: "its start, parameters or engine are not those it was recorded with",
  RUN_EVIDENCE_MISMATCH: "it names other evidence than it recorded",
  RUN_FINDINGS_MISMATCH: "it names other findings than it recorded",
  RUN_SUMMARY_MISMATCH: "its summary is not what its evidence says",
  RUN_MISSING: "the audit log says that it was recorded and it is gone",
  RUN_NOT_AUDITED: "the audit log does not know it",
  RUN_AUDIT_MISMATCH: "the audit log says that somebody else recorded it",
};

/** Why the server does not accept a record, as the end of a sentence. */
export const defectInWords = (reason: string): string => REASONS[reason] ?? reason;

/** The noun and the page of a record that the server names; only evidence and runs have a page. */
export function namedRecord(reason: string): { noun: string; page: string | null } {
  if (reason.startsWith("RUN_")) return { noun: "Run", page: "runs" };
  if (reason.startsWith("FINDING_")) return { noun: "Finding", page: null };
  if (reason.startsWith("LINK_")) return { noun: "Link", page: null };
  return { noun: "Record", page: "evidence" };
}
