import { Command, CommanderError } from "commander";
import { EnvironmentError } from "@/lib/service/platform/environment-error";
import { addToken, addUser } from "./commands/access";
import { addAudit } from "./commands/audit";
import { addCompare } from "./commands/compare";
import { addEngines, addFlags } from "./commands/controls";
import { addDoctor } from "./commands/doctor";
import { addIngest } from "./commands/ingest";
import { addJobs } from "./commands/jobs";
import { addKill } from "./commands/kill";
import { addRun } from "./commands/run";
import { addSql } from "./commands/sql";
import { addVerify } from "./commands/verify";
import { CliError, EXIT } from "./exit";
import { note } from "./output";

const AFTER = `
Environment: TODISCOPE_URL, TODISCOPE_TOKEN; PORT, TODISCOPE_DATABASE_URL and
TODISCOPE_DATA_DIR as for the server.
Exit codes: 0 done, 1 refused or failed, 2 not understood, 3 no or wrong token,
4 nobody answered, 5 a check did not hold.`;

/** The command line with all of its commands. */
export function program(root: string): Command {
  const todiscope = new Command("todiscope")
    .description("Stress-testing of distressed debt with evidence that can be verified")
    .option("--url <url>", "address of the server (default http://localhost:$PORT)")
    .option("--token <secret>", "API token; safer in TODISCOPE_TOKEN")
    .option("--database", "work on the database itself, on the server's machine, as administrator")
    .option("--json", "write the result as JSON")
    .addHelpText("after", AFTER)
    .configureHelp({ showGlobalOptions: true })
    .exitOverride();
  addIngest(todiscope);
  addRun(todiscope);
  addCompare(todiscope);
  addVerify(todiscope);
  addJobs(todiscope);
  addAudit(todiscope);
  addKill(todiscope);
  addFlags(todiscope);
  addEngines(todiscope);
  addToken(todiscope);
  addUser(todiscope);
  addSql(todiscope);
  addDoctor(todiscope, root);
  return todiscope;
}

/** Runs one command. @returns the exit code */
export async function main(root: string, argv: readonly string[]): Promise<number> {
  try {
    await program(root).parseAsync([...argv], { from: "user" });
    return EXIT.done;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.done : EXIT.usage;
    if (error instanceof CliError) {
      note(error.message);
      return error.exitCode;
    }
    note((error as Error).message);
    return error instanceof EnvironmentError ? EXIT.usage : EXIT.failed;
  }
}
