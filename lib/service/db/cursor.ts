import { inTransaction, type PoolClient } from "./database";

/**
 * The rows of a query in batches, inside the client's transaction: memory stays bounded. One
 * cursor, so one plan: paging by a key sorts a table without fresh statistics anew for every page.
 */
export async function* cursorBatches<T extends object>(
  client: PoolClient, size: number, query: string, values: unknown[],
): AsyncGenerator<T[]> {
  await client.query(`DECLARE batches NO SCROLL CURSOR FOR ${query}`, values);
  for (;;) {
    const { rows } = await client.query<T>(`FETCH ${size} FROM batches`);
    if (rows.length > 0) yield rows;
    if (rows.length < size) break;
  }
  await client.query("CLOSE batches");
}

/** Reads everything as it stood at one moment, whatever is written meanwhile. */
export const inSnapshot = <T>(work: (client: PoolClient) => Promise<T>): Promise<T> =>
  inTransaction(async (client) => {
    await client.query("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY");
    return work(client);
  });
