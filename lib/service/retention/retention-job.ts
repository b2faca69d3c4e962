import { AppError } from "../platform/app-error";
import { insertAudit, systemSource } from "../audit/audit";
import { eraseVersion } from "./erasure";
import { inTransaction, prisma } from "../db/database";
import type { JobCode } from "../jobs/job-attempt";
import { beyondRule, ruleText } from "./retention";

/** What is no fault of the rule: the version is kept, or somebody was first. */
const PASSED_OVER = new Set(
  ["LEGAL_HOLD_ACTIVE", "DATASET_VERSION_ERASED", "VERSION_STATE_CONFLICT"]);

/**
 * Erases what is beyond the datasets' rules, or records what would be. Each erasure is a
 * transaction with its own audit event; an attempt that was cut short goes on with what is left.
 */
export const applyRetentionJob: JobCode = {
  obeysSwitch: true,
  run: async (attempt) => {
    const source = systemSource("system:retention",
      attempt.job.correlation_id ?? attempt.job.job_id);
    const done = { erased: 0, proposed: 0, held: 0 };
    const rules = await prisma().retentionRule.findMany({ where: { mode: { not: "off" } },
      orderBy: { datasetId: "asc" } });
    for (const rule of rules) {
      const reason = ruleText(rule);
      if (reason === null) continue;
      const beyond = await beyondRule(rule.datasetId, rule);
      const open = beyond.filter(({ is_held: isHeld }) => !isHeld);
      done.held += beyond.length - open.length;
      if (rule.mode === "propose") {
        if (open.length === 0) continue;
        done.proposed += open.length;
        await inTransaction((client) => insertAudit(client, source, {
          type: "retention.proposed", subjectId: rule.datasetId, reason,
          details: { dataset_version_ids: open.map((one) => one.dataset_version_id) } }));
        continue;
      }
      for (const { dataset_version_id: id } of open) {
        attempt.stopIfAsked();
        try {
          await eraseVersion(source, id, reason);
          done.erased += 1;
        } catch (error) {
          if (!(error instanceof AppError) || !PASSED_OVER.has(error.code)) throw error;
          done.held += 1;
        }
        attempt.progress(done.erased);
      }
    }
    await inTransaction((client) => attempt.finish(client, done, false));
  },
};
