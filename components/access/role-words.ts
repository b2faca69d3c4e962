import type { Role } from "@/lib/contract/roles";

/** What each role lets people do, in the words of the pages. */
export const ROLE_NOTES: Record<Role, string> = {
  READ: "See datasets, runs and evidence",
  INGEST: "Create datasets and import tapes",
  EXECUTE: "Run scenarios and record evidence",
  APPROVE: "Approve proposals",
  AUDIT: "See everything, the audit log too; change nothing",
  ADMIN: "Everything, and users and tokens",
};
