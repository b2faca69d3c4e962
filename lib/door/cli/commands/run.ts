import { readFileSync, writeFileSync } from "node:fs";
import { type Command, Option } from "commander";
import type { ResponseOf } from "@/lib/contract/operations";
import { CliError, EXIT } from "../exit";
import { amount, facts, note, say, table } from "../output";
import { connected, settingsOf } from "../settings";

type RunOptions = { startedAt?: string; parameters?: string };
type ReportOptions = { format: "text" | "json" | "csv"; output?: string };

export function addRun(program: Command): void {
  program.command("run <version>")
    .description("run the stress engine on a sealed dataset version and record the evidence")
    .option("--started-at <time>", "ISO 8601; the same request with the same time is a replay")
    .option("-p, --parameters <file or JSON>", "thresholds, netting, stress_scenarios")
    .action(async (version: string, options: RunOptions, command: Command) => {
      const settings = settingsOf(command);
      const parameters = options.parameters === undefined ? undefined
        : parsed(options.parameters);
      const { text, header } = await connected(settings, (connection) =>
        connection.send("runEngine", { body: { dataset_version_id: version,
          started_at: options.startedAt ?? new Date().toISOString(),
          ...(parameters ? { parameters } : {}) } }));
      if (settings.json) return say(text);
      if (header("idempotent-replayed") === "true") note("Replayed: it was recorded before.");
      say(describe(JSON.parse(text) as ResponseOf<"runEngine">));
    });
  program.command("report <run>")
    .description("a recorded run, read from its evidence")
    .addOption(new Option("-f, --format <format>").choices(["text", "json", "csv"]).default("text"))
    .option("-o, --output <file>", "write to a file instead of the terminal")
    .action(async (run: string, options: ReportOptions, command: Command) => {
      const settings = settingsOf(command);
      const format = settings.json ? "json" : options.format;
      const text = await connected(settings, async (connection) => format === "text"
        ? describe(await connection.call("getRun", { path: { id: run } }))
        : (await connection.send("exportRun", { path: { id: run }, query: { format } })).text);
      if (options.output === undefined) return say(text.trimEnd());
      writeFileSync(options.output, text);
      note(`Wrote ${options.output}`);
    });
}

/** Parameters as JSON, or the JSON file of that name. */
function parsed(given: string): Record<string, unknown> {
  try {
    const text = given.trimStart().startsWith("{") ? given : readFileSync(given, "utf8");
    return JSON.parse(text) as Record<string, unknown>;
  } catch (error) {
    throw new CliError(`--parameters: ${(error as Error).message}`, EXIT.usage);
  }
}

function describe(run: ResponseOf<"runEngine">): string {
  const { debt_exposure: exposure, stress_tests: tests, metadata } = run.report;
  const findings = new Map(run.material_findings.map((finding) =>
    [finding.scenario_id ?? "", finding]));
  return [
    facts([["run", run.run_id], ["dataset version", run.dataset_version_id],
      ["started at", run.started_at],
      ["outstanding", amount(exposure.total_outstanding)],
      ["net exposure", `${amount(exposure.net_exposure_after_recovery)} ` +
        `(${findings.get("")?.materiality ?? "no finding"})`]]),
    "", table(["scenario", "loss", "net exposure", "threshold", "finding", "evidence"],
      tests.map((test) => [test.scenario_id, amount(test.loss_estimate),
        amount(test.net_exposure_after_recovery),
        amount(findings.get(test.scenario_id)?.threshold ?? null),
        findings.get(test.scenario_id)?.materiality ?? "-",
        run.stress_test_evidence_ids[test.scenario_id] ?? "-"])),
    ...metadata.warnings.map((warning) => `warning: ${warning}`),
  ].join("\n");
}
