"use client";

import type { ReactNode } from "react";
import { roleName, useMe } from "@/components/shell/me";
import { Page } from "@/components/shell/page";
import { Forbidden } from "@/components/ui/states";
import type { Role } from "@/lib/contract/roles";

export interface NeedsRoleProps {
  role: Role;
  /** Of the page, which stays. */
  title: string;
  children: ReactNode;
}

/** A page for those who have a role; others read which one it takes, and nothing is asked. */
export function NeedsRole({ role, title, children }: NeedsRoleProps) {
  if (useMe().can(role)) return children;
  return <Page title={title}><Forbidden role={roleName(role)} /></Page>;
}
