/** Roles of API.md. AUDIT reads everything; ADMIN implies all. */
export const ROLES = ["READ", "INGEST", "EXECUTE", "APPROVE", "AUDIT", "ADMIN"] as const;
export type Role = (typeof ROLES)[number];

/** Whether these roles cover `needed`: ADMIN implies all, AUDIT implies READ, else each its own. */
export function allows(roles: readonly Role[], needed: Role): boolean {
  if (roles.includes("ADMIN") || roles.includes(needed)) return true;
  return needed === "READ" && roles.includes("AUDIT");
}
