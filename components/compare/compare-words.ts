import type { ResponseOf } from "@/lib/contract/operations";
import type { MatchKind, OutstandingStep } from "@/lib/risk";

export type Comparison = ResponseOf<"compareVersions">;

export const MATCH_WORDS: { readonly [M in MatchKind]: string } = {
  added: "Added", removed: "Removed", changed: "Changed", unchanged: "Unchanged",
  repeated: "Id used more than once", missing: "Without an id",
};

export const STEP_WORDS: { readonly [S in OutstandingStep]: string } = {
  new: "New", drawn: "Drawn", repaid: "Repaid", written_off: "Written off", removed: "Removed",
  not_comparable: "Not comparable",
};

/** "v3" */
export const sideName = ({ number }: Comparison["base"]): string => `v${number}`;
