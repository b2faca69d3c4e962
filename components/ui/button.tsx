"use client";

import type { ComponentProps, ReactNode } from "react";
import Link from "next/link";
import { classes } from "@/components/ui/classes";
import { Icon } from "@/components/ui/icon";
import type { IconName } from "@/components/ui/icon";

export type ButtonKind = "default" | "primary" | "danger" | "danger-solid" | "quiet";

interface Look {
  kind?: ButtonKind;
  small?: boolean;
  icon?: IconName;
  iconEnd?: IconName;
  className?: string;
  children?: ReactNode;
}

function buttonClass({ kind = "default", small, className }: Look): string | undefined {
  const look = kind === "danger-solid" ? "danger solid" : kind === "default" ? "" : kind;
  return classes("btn", look, small && "small", className);
}

function Content({ icon, iconEnd, small, children }: Look) {
  return (
    <>
      {icon ? <Icon name={icon} small={small} /> : null}
      {children}
      {iconEnd ? <Icon name={iconEnd} small /> : null}
    </>
  );
}

export interface ButtonProps extends Look, Omit<ComponentProps<"button">, keyof Look> {
  /** Work is under way: the button cannot be pressed and shows a turning mark. */
  busy?: boolean;
  "data-tip"?: string;
  /** Why one may not press it. Keeps the button reachable by keyboard so the reason can be read. */
  disabledReason?: string | null;
}

export function Button(props: ButtonProps) {
  const { kind, small, icon, iconEnd, className, children, busy, disabledReason, ...rest } = props;
  const blocked = Boolean(disabledReason) || busy;
  return (
    <button
      type="button"
      {...rest}
      className={buttonClass({ kind, small, className })}
      aria-disabled={blocked || undefined}
      aria-busy={busy || undefined}
      data-busy={busy || undefined}
      data-tip={disabledReason ?? rest["data-tip"]}
      onClick={blocked ? (event) => event.preventDefault() : rest.onClick}
    >
      <Content icon={busy ? "refresh" : icon} iconEnd={iconEnd} small={small}>{children}</Content>
      {disabledReason ? <span className="vh">. {disabledReason}</span> : null}
    </button>
  );
}

export interface ButtonLinkProps extends Look, Omit<ComponentProps<typeof Link>, keyof Look> {
  /** Why one may not follow it; it stays reachable by keyboard so the reason can be read. */
  disabledReason?: string | null;
}

export function ButtonLink(props: ButtonLinkProps) {
  const { kind, small, icon, iconEnd, className, children, disabledReason, ...rest } = props;
  const look = buttonClass({ kind, small, className });
  const content = <Content icon={icon} iconEnd={iconEnd} small={small}>{children}</Content>;
  if (disabledReason) {
    return (
      <a className={look} role="link" aria-disabled="true" tabIndex={0} data-tip={disabledReason}>
        {content}<span className="vh">. {disabledReason}</span>
      </a>
    );
  }
  return <Link {...rest} className={look}>{content}</Link>;
}

export interface IconButtonProps extends Omit<ComponentProps<"button">, "children"> {
  icon: IconName;
  /** The accessible name, also shown as its tip. */
  label: string;
  /** A shorter tip. */
  tip?: string;
  large?: boolean;
  pressed?: boolean;
  /** A number in the corner, such as open alerts; 0 and undefined show nothing. */
  count?: number;
}

export function IconButton(props: IconButtonProps) {
  const { icon, label, tip, large, pressed, count, className, ...rest } = props;
  return (
    <button
      type="button"
      data-tip={tip ?? label}
      {...rest}
      className={classes("icon-btn", large && "l", className)}
      aria-label={label}
      aria-pressed={pressed}
    >
      <Icon name={icon} small={!large} />
      {count ? <span className="count" aria-hidden="true">{count}</span> : null}
    </button>
  );
}
