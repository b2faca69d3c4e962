import type { RiskState } from "@/components/ui/badge";

/** A revoked token is at rest: that is no risk state. */
export type TokenState = {
  word: "Active" | "Expires soon" | "Expired" | "Revoked"; state: RiskState | null;
};

/** Time enough to make another token and hand it over. */
const SOON_MS = 14 * 86_400_000;

type Dates = { expires_at: string | null; revoked_at: string | null };

/** A revoked token stays revoked, whatever its expiry says. */
export function tokenState(token: Dates, nowMs: number): TokenState {
  if (token.revoked_at !== null) return { word: "Revoked", state: null };
  if (token.expires_at !== null && Date.parse(token.expires_at) <= nowMs) {
    return { word: "Expired", state: "warning" };
  }
  if (token.expires_at !== null && Date.parse(token.expires_at) - nowMs <= SOON_MS) {
    return { word: "Expires soon", state: "warning" };
  }
  return { word: "Active", state: "normal" };
}

/** Whether programs can still use the token. */
export const isUsable = (token: Dates, nowMs: number): boolean =>
  ["Active", "Expires soon"].includes(tokenState(token, nowMs).word);
