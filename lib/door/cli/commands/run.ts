import { readFileSync, writeFileSync } from "node:fs";
import { type Command, Option } from "commander";
import { REPORT_TEMPLATES, type ReportTemplate } from "@/lib/contract/facts";
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
      const settings = await settingsOf(command);
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
      const settings = await settingsOf(command);
      const format = settings.json ? "json" : options.format;
      const text = await connected(settings, async (connection) => format === "text"
        ? describe(await connection.call("getRun", { path: { id: run } }))
        : (await connection.send("exportRun", { path: { id: run }, query: { format } })).text);
      put(text, options.output);
    });
  program.command("export <run>")
    .description("a run as a file: the report, the instruments, or the bundle to check offline")
    .addOption(new Option("-f, --format <format>").choices(FORMATS).default("pdf"))
    .option("-s, --scenario <id>", "with xlsx its instruments too; with parquet only its own")
    .addOption(new Option("-t, --template <template>", "of the report (pdf, xlsx)")
      .choices(REPORT_TEMPLATES))
    .option("-o, --output <file>", "where to; else the name the server gives, in this folder")
    .action(async (run: string, options: ExportOptions, command: Command) => {
      const { format, scenario: scenario_id, output, template } = options;
      const { bytes, header } = await connected(await settingsOf(command), (connection) =>
        connection.send("exportRun", { path: { id: run }, query: { format, scenario_id, template } }));
      const named = /filename="([\w.-]+)"/.exec(header("content-disposition") ?? "")?.[1];
      const file = output ?? named ?? `run.${format}`;
      writeFileSync(file, bytes);
      note(`Wrote ${file}`);
    });
  addParts(program);
}

const FORMATS = ["pdf", "xlsx", "csv", "json", "parquet", "zip"] as const;
type ExportOptions = { format: (typeof FORMATS)[number]; scenario?: string; output?: string;
  template?: ReportTemplate };

type PartOptions = ReportOptions & { scenario: string; sort: Sort; limit: string };
const SORTS = ["-shortfall_increase", "-outstanding", "-stressed_collateral_shortfall",
  "-default_risk_buffer", "row"] as const;
type Sort = (typeof SORTS)[number];

function addParts(program: Command): void {
  const format = () => new Option("-f, --format <format>")
    .choices(["text", "json", "csv"]).default("text");
  program.command("groups <run>")
    .description("what the groups of a run with group_by come to")
    .addOption(format())
    .option("-o, --output <file>", "write to a file instead of the terminal")
    .action(async (run: string, options: ReportOptions, command: Command) => {
      const settings = await settingsOf(command);
      put(await connected(settings, async (connection) => {
        const input = { path: { id: run }, query: { limit: 1000 } };
        if (settings.json || options.format === "json") {
          return (await connection.send("listRunGroups", input)).text;
        }
        return options.format === "text"
          ? describeGroups(await connection.call("listRunGroups", input))
          : (await connection.send("listRunGroups",
            { path: { id: run }, query: { format: "csv" } })).text;
      }), options.output);
    });
  program.command("instruments <run>")
    .description("what each instrument comes to under a scenario of a run")
    .requiredOption("-s, --scenario <id>", "the scenario")
    .addOption(new Option("--sort <order>").choices(SORTS).default("-shortfall_increase"))
    .option("--limit <count>", "rows of text or JSON, up to 1000; csv has all", "20")
    .addOption(format())
    .option("-o, --output <file>", "write to a file instead of the terminal")
    .action(async (run: string, options: PartOptions, command: Command) => {
      const settings = await settingsOf(command);
      const { scenario: scenario_id, sort } = options;
      put(await connected(settings, async (connection) => {
        const input = { path: { id: run },
          query: { scenario_id, sort, limit: Number(options.limit) } };
        if (settings.json || options.format === "json") {
          return (await connection.send("listRunInstruments", input)).text;
        }
        return options.format === "text"
          ? describeInstruments(await connection.call("listRunInstruments", input))
          : (await connection.send("listRunInstruments",
            { path: { id: run }, query: { scenario_id, sort, format: "csv" } })).text;
      }), options.output);
    });
}

function put(text: string, file: string | undefined): void {
  if (file === undefined) return say(text.trimEnd());
  writeFileSync(file, text);
  note(`Wrote ${file}`);
}

function describeGroups({ items }: ResponseOf<"listRunGroups">): string {
  const [first] = items;
  if (!first) return "The run has no groups: it was not asked for any (group_by).";
  const names = Object.keys(first.key) as (keyof typeof first.key)[];
  return table([...names, "records", "outstanding",
    ...first.scenarios.map((scenario) => `loss ${scenario.scenario_id}`), "evidence"],
  items.map((item) => [...names.map((name) => item.key[name] ?? "(none)"), String(item.count),
    amount(item.base.total_outstanding),
    ...item.scenarios.map((scenario) => amount(scenario.allocated_loss)), item.evidence_id]));
}

function describeInstruments(
  { items, total, netting, artifact }: ResponseOf<"listRunInstruments">,
): string {
  return [
    facts([["instruments", `${items.length} of ${total}`], ["netting", `by ${netting}`],
      ["results", `SHA-256 ${artifact.sha256}`], ["evidence", artifact.evidence_id ?? "-"]]),
    "", table(["instrument", "row", "outstanding", "collateral", "stressed", "shortfall", "stressed",
      "increase", "buffer"], items.map((item) => [
      (item.instrument_id ?? "-") + (item.part === null ? "" : `:${item.part}`), String(item.row),
      ...[item.outstanding, item.collateral_value, item.stressed_collateral_value,
        item.collateral_shortfall, item.stressed_collateral_shortfall, item.shortfall_increase,
        item.default_risk_buffer].map(amount)])),
  ].join("\n");
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
