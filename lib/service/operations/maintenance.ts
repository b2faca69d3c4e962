import { inTransaction } from "../db/database";

export type Answer = { columns: string[]; rows: (string | null)[][]; more: boolean };

const TIMEOUT_MS = 60_000;

/**
 * Asks the database something; the transaction is read-only and ends after a minute.
 * @throws Error with PostgreSQL's own words when it does not understand or refuses.
 */
export async function readOnlyQuery(text: string, limit: number): Promise<Answer> {
  return inTransaction(async (client) => {
    await client.query("SET TRANSACTION READ ONLY");
    await client.query(`SET LOCAL statement_timeout = ${TIMEOUT_MS}`);
    try {
      // A cursor: a table of millions is not fetched to show a thousand.
      // A statement with a name is one statement: none behind it can end the transaction first.
      await client.query({ name: "asked",
        text: `DECLARE asked NO SCROLL CURSOR FOR ${text.trim().replace(/;\s*$/, "")}` });
      const found = await client.query({ text: `FETCH ${limit + 1} FROM asked`, rowMode: "array",
        types: { getTypeParser: () => (value: string) => value } });
      return {
        columns: found.fields.map((field) => field.name),
        rows: found.rows.slice(0, limit) as (string | null)[][],
        more: found.rows.length > limit,
      };
    } catch (error) {
      throw new Error(describe(error), { cause: error });
    }
  });
}

const describe = (error: unknown): string => {
  const { message, hint } = error as { message: string; hint?: string };
  return hint === undefined ? message : `${message}. ${hint}`;
};
