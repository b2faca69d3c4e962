import type { Command } from "commander";
import { onDatabase, overHttp, type Connection } from "./connection";
import { CliError, EXIT } from "./exit";
import { say, sayJson } from "./output";

/** Options that every command has. */
export type Settings = { url: string; token: string | null; json: boolean; database: boolean };

export async function settingsOf(command: Command): Promise<Settings> {
  const { url, token, json, database } = command.optsWithGlobals<
    { url?: string; token?: string; json?: boolean; database?: boolean }>();
  const port = process.env.PORT ?? "3000";
  const base = url ?? process.env.TODISCOPE_URL ?? `http://localhost:${port}`;
  if (!URL.canParse(base)) throw new CliError(`--url is "${base}": no URL.`, EXIT.usage);
  return { url: base, token: token ?? process.env.TODISCOPE_TOKEN ?? await bootstrapToken(),
    json: json ?? false, database: database ?? false };
}

/** On the server's own machine its environment often holds a token that may do everything. */
async function bootstrapToken(): Promise<string | null> {
  if (!process.env.TODISCOPE_API_TOKENS) return null;
  const { parseEnvironment } = await import("@/lib/service/platform/environment");
  const tokens = parseEnvironment(process.env).TODISCOPE_API_TOKENS;
  return tokens.find((token) => token.roles.includes("ADMIN"))?.secret ?? null;
}

/** A count as it is typed. @throws CliError when it is none */
export function count(text: string): number {
  const value = Number(text);
  if (Number.isInteger(value) && value > 0) return value;
  throw new CliError(`"${text}" is no whole number above 0.`, EXIT.usage);
}

/** Writes a result as JSON where that was asked for, else as text. */
export const show = <T>(settings: Settings, value: T, text: (value: T) => string): void =>
  settings.json ? sayJson(value) : say(text(value));

/** Runs work over the connection that the options ask for, and closes what it opened. */
export async function connected<T>(
  settings: Settings, work: (connection: Connection) => Promise<T>,
): Promise<T> {
  if (!settings.database) return work(overHttp(settings.url, settings.token));
  return withDatabase(() => work(onDatabase()));
}

/** Runs work while this process has the database open. */
export async function withDatabase<T>(work: () => Promise<T>): Promise<T> {
  const { reachDatabase } = await import("@/lib/service/operations/start-up");
  const close = await reachDatabase();
  try {
    return await work();
  } finally {
    await close();
  }
}
