import { readFileSync } from "node:fs";
import type { Command } from "commander";
import { readOnlyQuery } from "@/lib/service/maintenance";
import { EXIT, CliError } from "../exit";
import { note, say, sayJson, table } from "../output";
import { settingsOf, withDatabase } from "../settings";

type Options = { limit: string };

export function addSql(program: Command): void {
  program.command("sql [query]")
    .description("ask the database, read-only; without a query it is read from the standard input")
    .option("--limit <rows>", "rows to show", "1000")
    .action(async (query: string | undefined, options: Options, command: Command) => {
      const { json } = settingsOf(command);
      const limit = Number(options.limit);
      if (!Number.isInteger(limit) || limit < 1) {
        throw new CliError(`--limit is "${options.limit}": a whole number above 0.`, EXIT.usage);
      }
      const text = query ?? readFileSync(0, "utf8");
      const { columns, rows, more } = await withDatabase(() => readOnlyQuery(text, limit));
      if (json) sayJson(rows.map((row) => Object.fromEntries(
        columns.map((column, index) => [column, row[index]]))));
      else say(table(columns, rows.map((row) => row.map((cell) => cell ?? "NULL"))));
      if (more) note(`There are more than ${limit} rows; see --limit.`);
    });
}
