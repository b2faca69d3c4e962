import type { Command } from "commander";
import type { ResponseOf } from "@/lib/contract/operations";
import { CliError, EXIT } from "../exit";
import { table } from "../output";
import { connected, settingsOf, show } from "../settings";

type Flag = ResponseOf<"setFlag">;
type Engine = ResponseOf<"enableEngine">;
type Reason = { reason: string };

const asTable = (flags: readonly Flag[]): string => table(
  ["flag", "value", "origin", "default", "stored", "changed by"], flags.map((flag) =>
    [flag.flag, String(flag.value), flag.origin, String(flag.default), String(flag.stored ?? "-"),
      flag.updated_by ?? "-"]));

/** `true` and `false`, else a number. */
function flagValue(text: string): boolean | number {
  if (text === "true" || text === "false") return text === "true";
  const value = Number(text);
  if (text.trim() !== "" && Number.isFinite(value)) return value;
  throw new CliError(`"${text}" is neither true, false nor a number.`, EXIT.usage);
}

export function addFlags(program: Command): void {
  const flags = program.command("flags").description("feature flags and where their value comes from");
  flags.command("list").description("every flag")
    .action(async (_options: object, command: Command) => {
      const settings = await settingsOf(command);
      const { items } = await connected(settings, (connection) => connection.call("listFlags"));
      show(settings, items, asTable);
    });
  flags.command("set <flag> <value>").description("true, false or a number (ADMIN)")
    .requiredOption("-r, --reason <words>", "why")
    .action(async (flag: string, value: string, { reason }: Reason, command: Command) => {
      const settings = await settingsOf(command);
      const changed = await connected(settings, (connection) => connection.call("setFlag",
        { path: { flag }, body: { value: flagValue(value), reason } }));
      show(settings, changed, (item) => asTable([item]));
    });
  flags.command("reset <flag>").description("forget the stored value (ADMIN)")
    .requiredOption("-r, --reason <words>", "why")
    .action(async (flag: string, { reason }: Reason, command: Command) => {
      const settings = await settingsOf(command);
      const changed = await connected(settings, (connection) => connection.call("resetFlag",
        { path: { flag }, body: { reason } }));
      show(settings, changed, (item) => asTable([item]));
    });
}

const engineTable = (engines: readonly Engine[]): string => table(
  ["engine", "version", "state", "origin", "reason"], engines.map((engine) =>
    [engine.engine_id, engine.version ?? "-", engine.state, engine.origin, engine.reason ?? "-"]));

export function addEngines(program: Command): void {
  const engines = program.command("engines").description("engines and whether they may run");
  engines.command("list").description("every engine")
    .action(async (_options: object, command: Command) => {
      const settings = await settingsOf(command);
      const { items } = await connected(settings, (connection) => connection.call("listEngines"));
      show(settings, items, engineTable);
    });
  for (const operation of ["enableEngine", "disableEngine"] as const) {
    const verb = operation === "enableEngine" ? "enable" : "disable";
    engines.command(`${verb} <engine>`).description(`${verb} an engine at run time (ADMIN)`)
      .requiredOption("-r, --reason <words>", "why")
      .action(async (id: string, { reason }: Reason, command: Command) => {
        const settings = await settingsOf(command);
        const changed = await connected(settings, (connection) => connection.call(operation,
          { path: { engine_id: id }, body: { reason } }));
        show(settings, changed, (item) => engineTable([item]));
      });
  }
}
