"use client";

import type { ReactNode } from "react";
import { createContext, useContext, useMemo } from "react";
import type { Role } from "@/lib/contract/roles";
import { allows } from "@/lib/contract/roles";

export interface SignedInUser {
  name: string;
  email: string;
  roles: Role[];
  mustChangePassword: boolean;
  /** Signed in with a password, and not at a sign-in provider. */
  byPassword: boolean;
}

export interface Me extends SignedInUser {
  /** Whether the roles cover this one: ADMIN covers all, AUDIT covers READ. */
  can: (role: Role) => boolean;
}

const Context = createContext<Me | null>(null);

/** Says to the pages below it who is signed in; the server's layout knows. */
export function MeProvider({ user, children }: { user: SignedInUser; children: ReactNode }) {
  const me = useMemo<Me>(
    () => ({ ...user, can: (role) => allows(user.roles, role) }), [user]);
  return <Context value={me}>{children}</Context>;
}

export function useMe(): Me {
  const me = useContext(Context);
  if (!me) throw new Error("useMe needs a MeProvider above it");
  return me;
}

/** Roles as people read them: "Execute". */
export const roleName = (role: Role): string => role.charAt(0) + role.slice(1).toLowerCase();

/** "Read, Execute" */
export const roleNames = (roles: readonly Role[]): string => roles.map(roleName).join(", ");

/** For `disabledReason`: why this user may not use a control, or null. */
export const roleReason = (me: Me, role: Role): string | null =>
  me.can(role) ? null : `You need the ${roleName(role)} role. Ask an administrator.`;
