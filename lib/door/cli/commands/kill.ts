import type { Command } from "commander";
import type { ResponseOf } from "@/lib/contract/operations";
import { CliError, EXIT } from "../exit";
import { facts, say, table } from "../output";
import { connected, count, settingsOf, show } from "../settings";

type Status = ResponseOf<"killSwitchStatus">;
type Checklist = ResponseOf<"killSwitchChecklist">;
type Accepted = "health" | "chain_verified";
type ResumeOptions = { reason: string; causeResolved?: boolean; acceptFailed: Accepted[] };

export function addKill(program: Command): void {
  const kill = program.command("kill").description(
    "the kill switch, which stops runs, imports, approvals and schedules");
  kill.command("status").description("whether it is active, and what sets it; 5 when active")
    .action(async (_options: object, command: Command) => {
      const settings = await settingsOf(command);
      const status = await connected(settings, (connection) => connection.call("killSwitchStatus"));
      show(settings, status, describe);
      if (status.enabled) throw new CliError("The kill switch is active.", EXIT.unsound);
    });
  kill.command("halt").description("stop everything within a second (ADMIN)")
    .requiredOption("-r, --reason <words>", "why")
    .option("--drill", "an exercise; the history says so")
    .action(async (options: { reason: string; drill?: boolean }, command: Command) => {
      const settings = await settingsOf(command);
      const status = await connected(settings, (connection) => connection.call(
        "activateKillSwitch", { body: { reason: options.reason,
          ...(options.drill ? { trigger: "drill" } : {}) } }));
      show(settings, status, describe);
    });
  kill.command("resume").description("go on, once the checklist holds (ADMIN)")
    .requiredOption("-r, --reason <words>", "why it may go on")
    .option("--cause-resolved", "you confirm that the cause is resolved")
    .option("--accept-failed <items...>", "go on although this item of the checklist failed", [])
    .action(resume);
  kill.command("history").description("every halt and resume, newest first")
    .option("--limit <events>", "how many", count, 50)
    .action(async (options: { limit: number }, command: Command) => {
      const settings = await settingsOf(command);
      const events = await connected(settings, (connection) => connection.list(
        (query) => connection.call("killSwitchHistory", { query }), options.limit));
      show(settings, events, (items) => table(["when", "what", "trigger", "who", "reason"],
        items.map((event) =>
          [event.created_at, event.action, event.trigger, event.actor, event.reason])));
    });
}

/** Shows the checklist first: nobody confirms what they have not seen. */
async function resume(options: ResumeOptions, command: Command): Promise<void> {
  const settings = await settingsOf(command);
  const status = await connected(settings, async (connection) => {
    const checklist = await connection.call("killSwitchChecklist");
    if (!settings.json) say(describeChecklist(checklist));
    if (!options.causeResolved) {
      throw new CliError("Say --cause-resolved once the cause is.", EXIT.usage);
    }
    return connection.call("deactivateKillSwitch", { body: { reason: options.reason,
      checklist: { cause_resolved: true, accept_failed: options.acceptFailed } } });
  });
  show(settings, status, describe);
}

const describe = (status: Status): string => facts([
  ["kill switch", status.enabled ? "ACTIVE" : "not active"],
  ...(status.enabled ? [
    ["reason", status.reason ?? "-"], ["since", status.activated_at ?? "-"],
    ["by", status.activated_by ?? "-"],
    ["set by", status.sources.filter((item) => item.enabled).map((item) => item.source).join(", ")],
  ] as const : []),
]);

const describeChecklist = (checklist: Checklist): string => table(["item", "state", "found"],
  checklist.items.map((item) => [item.item, item.state, item.message]));
