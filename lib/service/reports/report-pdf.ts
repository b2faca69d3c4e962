import type { Report } from "@/lib/report/model";
import { projectFolder } from "../platform/project-folder";
import { runOnThreads } from "../calculation/threads";

/** A report as PDF, laid out in a thread: a long one takes a second. */
export async function* pdfOf(report: Report, isOnePage = false): AsyncGenerator<Uint8Array> {
  const [bytes] = await runOnThreads("pdf", [{ report, root: projectFolder(), isOnePage }]);
  if (bytes) yield bytes;
}
