import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { newId } from "@/lib/kernel/ids";
import { environment } from "./environment";
import { processState } from "./process-state";

/**
 * What names a data folder, wherever it is mounted: an id in a file of its own. Whoever reads the
 * same id sees the same uploads.
 */
export const dataFolderId = (): string => processState("data-folder-id", () => {
  const folder = path.resolve(environment().TODISCOPE_DATA_DIR);
  const file = path.join(folder, "folder-id");
  if (!existsSync(file)) {
    mkdirSync(folder, { recursive: true });
    try {
      writeFileSync(file, `${newId()}\n`, { flag: "wx" });
    } catch (error) {
      // Another process of the same folder was first.
      if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
    }
  }
  return readFileSync(file, "utf8").trim();
});
