import { writeFileSync } from "node:fs";
import { Option, type Command } from "commander";
import type { QueryInputOf, ResponseOf } from "@/lib/contract/operations";
import { CliError, EXIT } from "../exit";
import { amount, facts, note, say, table } from "../output";
import { connected, count, settingsOf, show } from "../settings";

type Filter = Omit<QueryInputOf<"exportAudit">, "format">;
type ListOptions = { limit: number } & Record<string, string>;

/** Options of the command line, by the name of the filter in the contract. */
const FILTERS = { type: "e.g. token.revoked, or token.*", actor: "part of who acted",
  role: "the role acted in", request_id: "request id", correlation_id: "correlation id",
  dataset_version_id: "dataset version", subject_id: "what was acted on",
  reason: "part of the reason", from: "from this day or time", to: "to the end of this day",
  q: "a text anywhere in the event" } as const;

function withFilters(command: Command): Command {
  for (const [name, words] of Object.entries(FILTERS)) {
    command.option(`--${name.replaceAll("_", "-")} <value>`, words);
  }
  return command;
}

const camel = (name: string): string => name.replace(/_(\w)/g, (_, letter: string) =>
  letter.toUpperCase());
const filterOf = (options: Record<string, unknown>): Filter => Object.fromEntries(
  Object.keys(FILTERS).flatMap((name) =>
    options[camel(name)] === undefined ? [] : [[name, options[camel(name)]]])) as Filter;

export function addAudit(program: Command): void {
  const audit = program.command("audit").description("the audit log and its hash chain (AUDIT)");
  withFilters(audit.command("list").description("events, newest first"))
    .option("--limit <events>", "how many", count, 50)
    .action(async (options: ListOptions, command: Command) => {
      const settings = await settingsOf(command);
      const events = await connected(settings, (connection) => connection.list((query) =>
        connection.call("listAudit", { query: { ...query, ...filterOf(options) } }),
      options.limit));
      show(settings, events, asTable);
    });
  withFilters(audit.command("export").description("all events that match, as a file"))
    .addOption(new Option("-f, --format <format>").choices(["csv", "json"]).default("csv"))
    .option("-o, --output <file>", "write to a file instead of the terminal")
    .action(async (options: Record<string, string>, command: Command) => {
      const format = options.format === "json" ? "json" : "csv";
      const { text } = await connected(await settingsOf(command), (connection) =>
        connection.send("exportAudit", { query: { ...filterOf(options), format } }));
      if (options.output === undefined) return say(text.trimEnd());
      writeFileSync(options.output, text);
      note(`Wrote ${options.output}`);
    });
  audit.command("verify").description("recompute the chain; 5 and the first bad row if it is broken")
    .action(verify);
}

async function verify(_options: object, command: Command): Promise<void> {
  const settings = await settingsOf(command);
  const result = await connected(settings, (connection) => connection.call("verifyAudit"));
  show(settings, result, ({ ok, checked, tail, first_bad: bad }) => facts([
    ["chain", ok ? "holds" : "BROKEN"], ["links that held", amount(checked)],
    ["tail", `${tail.position} ${tail.chain_sha256}`],
    ["not yet in the chain", amount(tail.unsequenced)],
    ...(bad ? [["first bad row", `${bad.position} ${bad.audit_event_id ?? ""}: ${bad.reason}`] as const]
      : []),
  ]));
  if (!result.ok) throw new CliError("The audit log was changed.", EXIT.unsound);
}

const asTable = (events: readonly ResponseOf<"listAudit">["items"][number][]): string => table(
  ["when", "type", "actor", "role", "subject", "reason"], events.map((event) =>
    [event.created_at, event.type, event.actor, event.role ?? "-", event.subject_id ?? "-",
      event.reason ?? ""]));
