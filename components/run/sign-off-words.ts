import type { BadgeState } from "@/components/ui/badge";
import type { SignOffState, SignOffStep } from "@/lib/contract/facts";

export const SIGN_OFF_LABELS: Record<SignOffState, string> = {
  none: "Not signed off", prepared: "Prepared", reviewed: "Reviewed", approved: "Approved",
  returned: "Returned",
};
export const SIGN_OFF_BADGES: Record<SignOffState, BadgeState> = {
  none: "unknown", prepared: "warning", reviewed: "warning", approved: "normal",
  returned: "critical",
};
export const STEP_ACTIONS: Record<SignOffStep, string> = {
  prepared: "Sign as prepared", reviewed: "Sign as reviewed", approved: "Approve",
  returned: "Return",
};
