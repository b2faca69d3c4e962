import { test } from "@playwright/test";
import pg from "pg";
import { ownServer } from "./browser-test";

/**
 * Runs steps while every import stands where it writes its rows, so that what a page shows of one
 * under way does not depend on the machine's speed. Needs the database of the tests' own server.
 */
export const whileImportsStand = <T>(steps: () => Promise<T>): Promise<T> =>
  whileRowsAreHeld("EXCLUSIVE", steps);

/** The same for whatever reads rows of tapes, such as the making of a bundle. */
export const whileReadersStand = <T>(steps: () => Promise<T>): Promise<T> =>
  whileRowsAreHeld("ACCESS EXCLUSIVE", steps);

async function whileRowsAreHeld<T>(mode: string, steps: () => Promise<T>): Promise<T> {
  const url = ownServer()?.databaseUrl;
  test.skip(url === undefined, "the database of a server elsewhere cannot be held");
  const holder = new pg.Client({ connectionString: url });
  await holder.connect();
  try {
    await holder.query(`BEGIN; LOCK TABLE raw_record IN ${mode} MODE`);
    return await steps();
  } finally {
    await holder.end(); // a lock ends with its connection
  }
}
