import type { ResponseOf } from "@/lib/contract/operations";
import { AppError } from "../platform/app-error";
import { sourceOf, type AuditSource } from "../audit/audit";
import type { Context } from "../platform/caller";
import { findContent, getVersion, LOADING } from "../datasets/datasets";
import { pool, sqlState } from "../db/database";
import { removeExports } from "../reports/export-artifacts";
import { forgetVersion } from "../stress/forget-version";
import { removeResults } from "../stress/instrument-results";
import { removeReports } from "../reports/report-artifacts";
import { dropLoads, isScaledOut } from "../stress/scale-out-loads";
import { discardUpload, uploadFile } from "../datasets/uploads";
import { removeColumns } from "../datasets/version-columns";

/** Erases a version's content by the database's one audited function. */
export async function eraseVersion(
  by: Context | AuditSource, versionId: string, reason: string,
): Promise<ResponseOf<"getVersion">> {
  const row = await findContent(versionId);
  if (LOADING.has(row.status)) {
    throw new AppError("VERSION_STATE_CONFLICT", { message: "The version is being loaded." });
  }
  try {
    const source = "caller" in by ? sourceOf(by) : by;
    await pool().query(`SELECT erase_dataset_version($1::uuid, $2::text, $3::text, $4::text,
      $5::text, $6::text)`,
      [row.id, reason, source.actor, source.requestId, source.role, source.correlationId]);
  } catch (error) {
    if (sqlState(error) === "TS004") throw new AppError("REQUEST_BODY_INVALID", { cause: error });
    if (sqlState(error) === "TS005") {
      throw new AppError("LEGAL_HOLD_ACTIVE", { cause: error,
        message: "A legal hold keeps the version. Nothing was erased." });
    }
    throw error;
  }
  forgetVersion(row.id);
  await removeColumns(row.id);
  if (isScaledOut()) await dropLoads({ versionId: row.id });
  await removeReports(row.id);
  await removeExports(row.id);
  await removeResults(row.id);
  // What a failed import had received may still be kept.
  await discardUpload(uploadFile(row.id));
  return getVersion(row.id);
}
