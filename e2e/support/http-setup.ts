import { rmSync } from "node:fs";
import path from "node:path";
import { newDataDir, removeDataDir, startServer } from "./server";

/**
 * Makes one data folder ready with its database, migrations and demo data, which the servers of
 * the tests begin from: a first start for each of them takes longer than most of the tests.
 */
export default async function setUp(): Promise<() => void> {
  const folder = newDataDir();
  const server = await startServer({}, folder);
  await server.stop();
  // Names one data folder, and each copy is another.
  rmSync(path.join(folder, "folder-id"), { force: true });
  process.env.TEST_STARTED_DATA_DIR = folder;
  return () => removeDataDir(folder);
}
