import type pg from "pg";
import { afterAll, beforeAll } from "vitest";
import { connect } from "./database";
import { removeDataDir, startServer, type TestServer } from "./server";

/** A server on a database of its own, and a connection as that database's owner. */
export type Up = { server: TestServer; owner: pg.Client };

/**
 * Starts a server before the tests of this file and takes it and its data away after them.
 * `prepare` gets hold of it and fills it.
 */
export function usingServer(
  prepare: (up: Up) => void | Promise<void>, environment: Record<string, string> = {},
  dataDir?: string,
): void {
  let end = async (): Promise<void> => undefined;
  beforeAll(async () => {
    const server = await startServer(environment, dataDir);
    const owner = await connect(server);
    // Also when `prepare` fails: what was started is stopped.
    end = async () => {
      await owner.end();
      await server.stop();
      removeDataDir(server.dataDir);
    };
    await prepare({ server, owner });
  });
  afterAll(() => end());
}
