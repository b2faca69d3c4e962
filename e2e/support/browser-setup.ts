import { startEmbeddedDatabase } from "@/lib/service/db/embedded";
import { newDataDir, removeDataDir, startServer } from "./server";

/**
 * Starts one server with the demo data for all browser tests, and one on an empty database of its
 * own. With TEST_SERVER_URL (and TEST_ADMIN_TOKEN, when its tokens are others) the tests run
 * against that server, and those that need a server's first start are left out.
 */
export default async function setUp(): Promise<() => Promise<void>> {
  if (process.env.TEST_SERVER_URL) return async () => undefined;
  const stops: (() => Promise<unknown> | void)[] = [];
  const stop = async (): Promise<void> => {
    for (const one of stops.reverse()) await one();
  };
  try {
    const server = await startServer({}, folder(stops), "pages");
    stops.push(server.stop);
    process.env.TEST_SERVER_URL = server.url;
    process.env.TEST_ONE_TIME_PASSWORD = server.oneTimePassword();
    const database = await startEmbeddedDatabase(folder(stops));
    stops.push(database.stop);
    const empty = await startServer(
      { TODISCOPE_DATABASE_URL: database.url }, folder(stops), "pages");
    stops.push(empty.stop);
    process.env.TEST_EMPTY_SERVER_URL = empty.url;
    process.env.TEST_EMPTY_ONE_TIME_PASSWORD = empty.oneTimePassword();
  } catch (error) {
    await stop();
    throw error;
  }
  return stop;
}

function folder(stops: (() => void)[]): string {
  const made = newDataDir();
  stops.push(() => removeDataDir(made));
  return made;
}
