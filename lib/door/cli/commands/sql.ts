import { readFileSync } from "node:fs";
import type { Command } from "commander";
import { note, say, sayJson, table } from "../output";
import { count, settingsOf, withDatabase } from "../settings";

type Options = { limit: number };

export function addSql(program: Command): void {
  program.command("sql [query]")
    .description("ask the database, read-only; without a query it is read from the standard input")
    .option("--limit <rows>", "rows to show", count, 1000)
    .action(async (query: string | undefined, options: Options, command: Command) => {
      const { json } = await settingsOf(command);
      const { limit } = options;
      const text = query ?? readFileSync(0, "utf8");
      const { readOnlyQuery } = await import("@/lib/service/operations/maintenance");
      const { columns, rows, more } = await withDatabase(() => readOnlyQuery(text, limit));
      if (json) sayJson(rows.map((row) => Object.fromEntries(
        columns.map((column, index) => [column, row[index]]))));
      else say(table(columns, rows.map((row) => row.map((cell) => cell ?? "NULL"))));
      if (more) note(`There are more than ${limit} rows; see --limit.`);
    });
}
