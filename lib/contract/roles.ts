/** Roles of API.md. AUDIT reads everything; ADMIN implies all. */
export const ROLES = ["READ", "INGEST", "EXECUTE", "APPROVE", "AUDIT", "ADMIN"] as const;
export type Role = (typeof ROLES)[number];

/** Whether these roles cover `needed`: ADMIN implies all, AUDIT implies READ, else each its own. */
export function allows(roles: readonly Role[], needed: Role): boolean {
  if (roles.includes("ADMIN") || roles.includes(needed)) return true;
  return needed === "READ" && roles.includes("AUDIT");
}

/** Roles that one person alone neither gives nor takes, where a second person approves. */
const GUARDED: readonly Role[] = ["ADMIN", "APPROVE"];

/** Whether a change from these roles to those gives or takes a guarded one. */
export const changesGuardedRole = (from: readonly string[], to: readonly string[]): boolean =>
  GUARDED.some((role) => from.includes(role) !== to.includes(role));
