import type { ResponseOf } from "@/lib/contract/operations";
import type { RecordPart } from "@/lib/contract/facts";

export type RecordUses = ResponseOf<"getRecordUses">;
export type FindingTrace = ResponseOf<"traceFinding">;
export type TracedVersion = RecordUses["version"];

/** How a record goes into figures: as a badge, and in a sentence. */
export const PART_WORDS: Record<RecordPart, { badge: string; says: string }> = {
  whole: { badge: "Stands for all rows", says: "Every figure of the version was computed from it." },
  counted: { badge: "Counts", says: "It is in every total of the version." },
  joined: { badge: "Counts through its loans",
    says: "It carries no exposure of its own; the loans that it was joined with do." },
  unjoined: { badge: "Does not count", says: "No loan of the version was joined with it." },
  earlier_position: { badge: "Earlier position",
    says: "It is of an earlier measurement date: in the KPIs over time, and in no total." },
  eliminated: { badge: "Eliminated",
    says: "Its obligor is a legal entity of the lender's own group, so that no figure counts it." },
  rejected: { badge: "Rejected", says: "The row could not be read as a record, and no figure counts "
    + "it. The quality report says why." },
  left_out: { badge: "Left out", says: "The row became no record. Why was erased with the content." },
};

export const isUsed = (part: RecordPart): boolean =>
  part === "whole" || part === "counted" || part === "joined";

export const versionName = ({ dataset_name: name, number }: TracedVersion): string =>
  `${name} v${number}`;

/** The address of a record's trace. */
export const recordHref = (versionId: string, recordId: string): string =>
  `/trace/records/${versionId}/${recordId}`;
export const findingHref = (findingId: string): string => `/trace/findings/${findingId}`;
