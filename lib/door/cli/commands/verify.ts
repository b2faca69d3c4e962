import type { Command } from "commander";
import type { Connection } from "../connection";
import { CliError, EXIT } from "../exit";
import { amount, say, sayJson, table } from "../output";
import { connected, settingsOf } from "../settings";

type Outcome = { what: string; ok: boolean; checked: number; first_bad: string | null };

export function addVerify(program: Command): void {
  program.command("verify [version...]")
    .description("recompute every hash of the evidence; without versions, of all sealed ones")
    .action(async (versions: string[], _options: object, command: Command) => {
      const settings = settingsOf(command);
      const outcomes = await connected(settings, async (connection) => {
        const ids = versions.length > 0 ? versions : await sealedVersions(connection);
        const found: Outcome[] = [];
        for (const id of ids) found.push(await verified(connection, id));
        return found;
      });
      if (settings.json) sayJson(outcomes);
      else {
        say(table(["what", "ok", "checked", "first bad"], outcomes.map((outcome) =>
          [outcome.what, outcome.ok ? "yes" : "NO", amount(outcome.checked),
            outcome.first_bad ?? ""])));
      }
      const bad = outcomes.filter((outcome) => !outcome.ok).length;
      if (bad > 0) throw new CliError(`${bad} of ${outcomes.length} do not verify.`, EXIT.unsound);
    });
}

async function sealedVersions(connection: Connection): Promise<string[]> {
  const all = await connection.list((query) =>
    connection.call("listVersions", { query: { ...query, status: "sealed" } }),
  Number.POSITIVE_INFINITY);
  return all.map((version) => version.dataset_version_id);
}

async function verified(connection: Connection, id: string): Promise<Outcome> {
  const { ok, checked, first_bad: bad } = await connection.call("verifyEvidence",
    { body: { dataset_version_id: id } });
  return { what: id, ok, checked, first_bad: bad && `${bad.id}: ${bad.reason}` };
}
