import type { Command } from "commander";
import { CliError, EXIT } from "../exit";
import { say, sayJson, table } from "../output";
import { settingsOf } from "../settings";

export type Options = { postDeploy?: boolean; withTests?: boolean };

export function addDoctor(program: Command, root: string): void {
  program.command("doctor")
    .description("look at environment, database, migrations, disk, chain and clock; say what to do")
    .option("--post-deploy", "go through the verification list of a deployment, with a real run")
    .option("--with-tests", "with --post-deploy: the unit and property tests as well")
    .action(async (options: Options, command: Command) => {
      const settings = await settingsOf(command);
      const { allChecks } = await import("../doctor-checks");
      const checks = await allChecks(settings, root, options);
      if (settings.json) sayJson(checks);
      else {
        say(table(["check", "state", "found", "what to do"], checks.map((check) =>
          [check.name, check.state, check.found, check.advice ?? ""])));
      }
      const failed = checks.filter((check) => check.state === "failed").length;
      if (failed > 0) throw new CliError(`${failed} of ${checks.length} checks failed.`, EXIT.unsound);
    });
}
