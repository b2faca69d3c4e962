import { writeFileSync } from "node:fs";
import { type Command, Option } from "commander";
import type { ResponseOf } from "@/lib/contract/operations";
import { CliError, EXIT } from "../exit";
import { amount, facts, note, say, table } from "../output";
import { connected, settingsOf } from "../settings";

const FORMATS = ["text", "json", "csv", "xlsx", "pdf"] as const;
type CompareOptions = { format: (typeof FORMATS)[number]; output?: string; out?: string };

export function addCompare(program: Command): void {
  program.command("compare <base> <other>")
    .description("two runs side by side: losses, what explains them, and what was asked differently")
    .addOption(new Option("-f, --format <format>").choices(FORMATS).default("text"))
    .option("-o, --output <file>", "write to a file; xlsx and pdf need one")
    .addOption(new Option("--out <file>", "the same").hideHelp())
    .action(async (base: string, other: string, options: CompareOptions, command: Command) => {
      const settings = await settingsOf(command);
      const output = options.output ?? options.out;
      const format = settings.json && options.format === "text" ? "json" : options.format;
      if (output === undefined && (format === "xlsx" || format === "pdf")) {
        throw new CliError(`--output: give a file for ${format}.`, EXIT.usage);
      }
      const query = { base, other };
      const bytes = await connected(settings, async (connection) => format === "text"
        ? `${describe(await connection.call("compareRuns", { query }))}\n`
        : (await connection.send("exportRunComparison", { query: { ...query, format } })).bytes);
      if (output === undefined) return say(Buffer.from(bytes).toString().trimEnd());
      writeFileSync(output, bytes);
      note(`Wrote ${output}`);
    });
}

type Comparison = ResponseOf<"compareRuns">;

function describe({ base, other, base_currency, data, scenarios, parameters }: Comparison): string {
  const name = (run: Comparison["base"]): string =>
    `${run.run_id}  ${run.dataset_name} v${run.dataset_version_number}, by ${run.netting}`;
  const step = ({ bridge }: Comparison["scenarios"][number], of: string): string =>
    amount(bridge?.steps.find((each) => each.step === of)?.amount ?? null);
  return [
    facts([["base", name(base)], ["other", name(other)], ["data", data.replace("_", " ")],
      ["amounts in", base_currency]]),
    "", table(["scenario", "base", "other", "difference", "data", "netting", "shocks", "engine"],
      scenarios.map((each) => [each.scenario_id, amount(each.base?.loss_estimate ?? null),
        amount(each.other?.loss_estimate ?? null), amount(each.loss_difference),
        ...["data", "netting", "shocks", "engine"].map((of) => step(each, of))])),
    "", table(["scenario", "parameter", "base", "other"], parameters.map((each) =>
      [each.scenario_id ?? "", each.field, String(each.base ?? "-"), String(each.other ?? "-")])),
  ].join("\n");
}
