"use client";

import type { ComponentProps } from "react";
import { Icon } from "@/components/ui/icon";

export interface VersionButtonProps extends Omit<ComponentProps<"button">, "children"> {
  /** Name of the dataset. */
  name: string;
  /** Number of the version; null while none is chosen. */
  version: number | string | null;
}

/** The dataset version in the top bar; the trigger of a Menu or Popover. */
export function VersionButton({ name, version, ...rest }: VersionButtonProps) {
  const label = version === null ? name : `${name} v${version}`;
  return (
    <button
      type="button"
      className="context"
      {...rest}
      data-tip={label}
      aria-label={`${label}, change dataset version`}
    >
      <Icon name="data" small />
      <span>{name}</span>{" "}
      {version === null ? null : <span className="v">v{version}</span>}
      <Icon name="down" small />
    </button>
  );
}
