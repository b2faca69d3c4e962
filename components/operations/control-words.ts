import type { ResponseOf } from "@/lib/contract/operations";

export type KillSwitchState = ResponseOf<"killSwitchStatus">;
export type Engine = ResponseOf<"listEngines">["items"][number];
export type FeatureFlag = ResponseOf<"listFlags">["items"][number];
export type KillSwitchEvent = ResponseOf<"killSwitchHistory">["items"][number];

export const SOURCE_NAMES: Record<KillSwitchState["sources"][number]["source"], string> = {
  stored: "Page, API and guards",
  file: "File kill-switch.json",
  environment: "Environment of the server",
};

export const TRIGGER_NAMES: Record<KillSwitchEvent["trigger"], string> = {
  manual: "By hand", day_guard: "Day guard", month_guard: "Month guard",
  var_limit: "VaR limit", drill: "Drill", environment: "Environment", file: "File",
};

export const ORIGIN_NAMES: Record<FeatureFlag["origin"], string> = {
  environment: "Set by the environment", stored: "Set here", default: "Default",
};

/** A flag's value as people say it. */
export const flagWords = (value: boolean | number): string =>
  typeof value === "boolean" ? value ? "On" : "Off" : value.toLocaleString("en-US");

/** What reads the switch: asked again after each change. */
export const KILL_SWITCH_READINGS =
  ["killSwitchStatus", "killSwitchHistory", "killSwitchChecklist"] as const;
