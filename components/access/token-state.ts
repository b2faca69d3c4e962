import type { RiskState } from "@/components/ui/badge";

/** A revoked token is at rest: that is no risk state. */
export type TokenState = { word: "Active" | "Expired" | "Revoked"; state: RiskState | null };

type Dates = { expires_at: string | null; revoked_at: string | null };

/** A revoked token stays revoked, whatever its expiry says. */
export function tokenState(token: Dates, nowMs: number): TokenState {
  if (token.revoked_at !== null) return { word: "Revoked", state: null };
  if (token.expires_at !== null && Date.parse(token.expires_at) <= nowMs) {
    return { word: "Expired", state: "warning" };
  }
  return { word: "Active", state: "normal" };
}
