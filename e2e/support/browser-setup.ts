import { mkdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import type { FullConfig } from "@playwright/test";
import { startEmbeddedDatabase } from "@/lib/service/db/embedded";
import type { SharedServer } from "./browser-test";
import { newDataDir, removeDataDir, ROOT, startServer, type TestServer } from "./server";

/**
 * Starts a server with the demo data for each worker of the browser tests, which has it to itself,
 * and one on an empty database of its own. With TEST_SERVER_URL (and TEST_ADMIN_TOKEN, when its
 * tokens are others) the tests run against that server, and those that need a server's first start
 * are left out.
 */
export default async function setUp({ workers }: FullConfig): Promise<() => Promise<void>> {
  if (process.env.TEST_SERVER_URL) return async () => undefined;
  const stops: (() => Promise<unknown> | void)[] = [];
  const stop = async (): Promise<void> => {
    for (const one of stops.reverse()) await one();
  };
  try {
    const servers: SharedServer[] = [];
    for (let worker = 0; worker < workers; worker += 1) {
      const server = await startServer({}, folder(stops), "pages");
      stops.push(() => end(server, `server-${worker}`));
      servers.push({ url: server.url, oneTimePassword: server.oneTimePassword(),
        databaseUrl: server.databaseUrl() });
    }
    process.env.TEST_SERVERS = JSON.stringify(servers);
    const database = await startEmbeddedDatabase(folder(stops));
    stops.push(database.stop);
    const empty = await startServer(
      { TODISCOPE_DATABASE_URL: database.url }, folder(stops), "pages");
    stops.push(() => end(empty, "empty-server"));
    process.env.TEST_EMPTY_SERVER_URL = empty.url;
    process.env.TEST_EMPTY_ONE_TIME_PASSWORD = empty.oneTimePassword();
  } catch (error) {
    await stop();
    throw error;
  }
  return stop;
}

/** Stops a server and keeps its log, which explains what a failed test saw. */
async function end(server: TestServer, name: string): Promise<void> {
  await server.stop();
  const results = path.join(ROOT, "test-results");
  mkdirSync(results, { recursive: true });
  writeFileSync(path.join(results, `${name}.log`), server.output());
}

function folder(stops: (() => void)[]): string {
  const made = newDataDir();
  stops.push(() => removeDataDir(made));
  return made;
}
