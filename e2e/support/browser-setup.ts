import type { FullConfig } from "@playwright/test";
import { removeDataDir, startServer } from "./server";

export const PASSWORD = "a long enough passphrase";

/**
 * Starts one server for all browser tests and changes the one-time password, as its first
 * visitor must. Tests find the address and the sign-in in the environment.
 */
export default async function setUp(_config: FullConfig): Promise<() => Promise<void>> {
  const server = await startServer({}, undefined, "pages");
  process.env.TEST_SERVER_URL = server.url;
  process.env.TEST_DATA_DIR = server.dataDir;
  process.env.TEST_ONE_TIME_PASSWORD = server.oneTimePassword();
  return async () => {
    await server.stop();
    removeDataDir(server.dataDir);
  };
}
