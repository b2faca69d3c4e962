import type { AuditEntry } from "../audit/audit";
import { getVersion } from "../datasets/datasets";
import type { SeenFile } from "./inbox-files";
import { isInboxSet, moveToFailed, moveToImported } from "./inbox-place";
import { mayPass, type Claimed, type Failure } from "../jobs/job-store";

/** The file of the watched folder that an import came from; null for an upload. */
export const inboxFileOf = ({ payload }: Pick<Claimed, "payload">): SeenFile | null =>
  (payload.inbox ?? null) as SeenFile | null;

export const inboxName = ({ folder, name }: SeenFile): string => `${folder}/${name}`;

/** The alert that a file of the watched folder did not become a sealed version. */
export const importFailed = (
  seen: SeenFile, code: string, subject: Pick<AuditEntry, "subjectId" | "datasetVersionId">,
): AuditEntry => ({ type: "pipeline.import_failed", ...subject, reason: code,
  details: { file: inboxName(seen) } });

/** What stands in the text beside a file that failed. */
export const failureText = (seen: SeenFile, { code, message }: Failure): string =>
  `${inboxName(seen)} was not imported (${new Date().toISOString()}).\n\n${code}: ${message}\n\n`
  + "Correct it and put it into the dataset's folder again.\n";

/** Moves a file whose version has ended to where it belongs; true when nothing is left to do. */
export async function settleFile(seen: SeenFile, versionId: string): Promise<boolean> {
  if (!isInboxSet()) return false;
  const { status, number, failure } = await getVersion(versionId);
  if (status === "importing" || status === "normalizing") return false;
  if (status === "failed") {
    // It stays for the next look.
    if (mayPass(failure)) return true;
    await moveToFailed(seen, failureText(seen,
      failure ?? { code: "INTERNAL_ERROR", message: "The import failed." }));
  } else {
    await moveToImported(seen, number);
  }
  return true;
}
