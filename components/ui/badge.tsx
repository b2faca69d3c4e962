import type { ReactNode } from "react";
import { classes } from "@/components/ui/classes";
import { Icon } from "@/components/ui/icon";
import type { IconName } from "@/components/ui/icon";

export type RiskState = "normal" | "warning" | "critical" | "unknown";
export type BadgeState = RiskState | "preview" | "evidence";

/** Each state has a shape of its own, so colour never speaks alone. */
export const STATE_ICON: Record<BadgeState, IconName> = {
  normal: "ok",
  warning: "warn",
  critical: "crit",
  unknown: "unk",
  preview: "eye",
  evidence: "seal",
};

export const STATE_WORD: Record<BadgeState, string> = {
  normal: "Normal",
  warning: "Warning",
  critical: "Critical",
  unknown: "Unknown",
  preview: "Preview",
  evidence: "Evidence",
};

export interface BadgeProps {
  state?: BadgeState;
  /** Another icon than the state's own, e.g. "lock" for a sealed version; null for none. */
  icon?: IconName | null;
  className?: string;
  /** Says more. */
  tip?: string;
  children?: ReactNode;
}

export function Badge({ state, icon, className, tip, children }: BadgeProps) {
  const name = icon === undefined && state ? STATE_ICON[state] : icon;
  return (
    <span className={classes("badge", className)} data-state={state} data-tip={tip}
      tabIndex={tip ? 0 : undefined}>
      {name ? <Icon name={name} /> : null}
      {children ?? (state ? STATE_WORD[state] : null)}
    </span>
  );
}

export interface StateTextProps {
  state: RiskState;
  /** Only the icon is seen; the word is still read aloud. */
  iconOnly?: boolean;
  className?: string;
  children?: ReactNode;
}

export function StateText({ state, iconOnly, className, children }: StateTextProps) {
  const word = children ?? STATE_WORD[state];
  const tip = iconOnly && typeof word === "string" ? word : undefined;
  return (
    <span className={classes("state", className)} data-state={state} data-tip={tip}>
      <Icon name={STATE_ICON[state]} />
      {iconOnly ? <span className="vh">{word}</span> : <span>{word}</span>}
    </span>
  );
}
