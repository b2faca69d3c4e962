import { readFileSync } from "node:fs";
import type { Command } from "commander";
import { keyIdOf, keyIdRefusal } from "@/lib/bundle/verify-arguments";
import type { Connection } from "../connection";
import { CliError, EXIT } from "../exit";
import { amount, say, sayJson, table } from "../output";
import { connected, settingsOf } from "../settings";

type Outcome = { what: string; ok: boolean; checked: number; first_bad: string | null };

export function addVerify(program: Command): void {
  program.command("verify [version...]")
    .description("recompute every hash of the evidence of versions, of all sealed ones without any; "
      + "or check a run's bundle (a .zip file), which takes no server")
    .option("--key <sha256>", "the key that signed the bundle's checkpoint")
    .action(async (versions: string[], { key }: { key?: string }, command: Command) => {
      const settings = await settingsOf(command);
      const areFiles = versions.some((name) => name.toLowerCase().endsWith(".zip"));
      // Passed over, it would leave a bundle unchecked that somebody believes to be checked.
      if (key !== undefined && !areFiles) {
        throw new CliError("--key goes with a bundle, a .zip file; none is named.", EXIT.usage);
      }
      if (areFiles) {
        return verifyFiles(versions, key, settings.json);
      }
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

/** Checks bundles by themselves: nothing is asked of any server. */
async function verifyFiles(
  files: readonly string[], key: string | undefined, asJson: boolean,
): Promise<void> {
  const keyId = key === undefined ? undefined : keyIdOf(key);
  if (keyId === null) throw new CliError(keyIdRefusal(key ?? ""), EXIT.usage);
  const [{ verifyBundle }, { isSignedBy, reportLines }] = await Promise.all([
    import("@/lib/bundle/verify-bundle"), import("@/lib/bundle/verify-report")]);
  let bad = 0;
  for (const file of files) {
    let bytes: Uint8Array;
    try {
      bytes = readFileSync(file);
    } catch (error) {
      throw new CliError(`${file}: ${(error as Error).message}`, EXIT.usage);
    }
    const report = await verifyBundle(bytes, { isSignedBy, keyId });
    if (asJson) sayJson(report);
    else say(reportLines(report).join("\n"));
    if (!report.ok) bad += 1;
  }
  if (bad > 0) throw new CliError(`${bad} of ${files.length} do not verify.`, EXIT.unsound);
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
