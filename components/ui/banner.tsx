import type { ReactNode } from "react";
import { classes } from "@/components/ui/classes";
import { Icon } from "@/components/ui/icon";
import type { IconName } from "@/components/ui/icon";

export interface BannerProps {
  kind?: "plain" | "preview" | "normal" | "warning" | "critical";
  /** The sentence that matters, in bold. */
  title: ReactNode;
  children?: ReactNode;
  action?: ReactNode;
  icon?: IconName;
  /** Larger text, for the answer of a whole page. */
  major?: boolean;
}

export function Banner({ kind = "plain", title, children, action, icon, major }: BannerProps) {
  return (
    <div
      className={classes("banner", major && "major")}
      data-kind={kind}
      role={kind === "critical" ? "alert" : "status"}
    >
      {icon ? <Icon name={icon} /> : null}
      <p><b>{title}</b>{children ? <> {children}</> : null}</p>
      {action}
    </div>
  );
}
