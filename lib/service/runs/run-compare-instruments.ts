import type { QueryOf, ResponseOf } from "@/lib/contract/operations";
import { amountFromUnits } from "@/lib/kernel/exact";
import { canonicalHash } from "@/lib/kernel/hash";
import {
  instrumentIdOf, sumsOf, type ComparedMeasure, type InstrumentPairs, type InstrumentSums,
} from "@/lib/portfolio";
import type { RunParameters } from "@/lib/risk";
import { AppError } from "../platform/app-error";
import { instrumentResultsOf } from "../stress/instrument-results";
import { decodeCursor, encodeCursor, invalidCursor, isWhole } from "../platform/paging";
import { processState } from "../platform/process-state";
import { bothRuns, type FoundRun, type RunPair } from "./run-compare";
import { orderedParameters } from "./runs";
import { runOnThreads } from "../calculation/threads";
import { columnsOf, type VersionColumns } from "../datasets/version-columns";

type Query = QueryOf<"compareRunInstruments">;
type Answer = ResponseOf<"compareRunInstruments">;
type Compared = Answer["items"][number];

const MEASURES: Readonly<Record<Query["sort"], ComparedMeasure>> = {
  "-loss_difference": "own_loss", "-outstanding_difference": "outstanding" };

/** Two runs by instrument under one scenario, those that differ most first. */
export async function compareRunInstruments(query: Query): Promise<Answer> {
  const rows = await bothRuns(query);
  const [base, other] = [await sideOf("base", rows.base, query.scenario_id),
    await sideOf("other", rows.other, query.scenario_id)];
  const mark = canonicalHash([base.columns.sha256, base.sha256, other.columns.sha256,
    other.sha256, query.sort]);
  const pairs = await pairsOf(mark, base, other, MEASURES[query.sort]);
  const start = query.cursor === undefined ? 0 : startOf(query.cursor, mark);
  const end = Math.min(pairs.base.length, start + query.limit);
  // An erasure on the way took the records: it says so.
  await bothRuns(query);
  return { items: itemsOf(base, other, pairs, start, end), total: pairs.base.length,
    next_cursor: end < pairs.base.length ? encodeCursor([mark, end]) : null };
}

function startOf(cursor: string, mark: string): number {
  const [of, start] = decodeCursor(cursor, 2);
  if (of !== mark || !isWhole(start) || start < 0) throw invalidCursor();
  return start;
}

type Side = { columns: VersionColumns; sha256: string;
  results: Awaited<ReturnType<typeof instrumentResultsOf>>["results"] };

/** What a run's instruments come to. @throws AppError PARAMETERS_INVALID without the scenario */
async function sideOf(side: keyof RunPair, row: FoundRun, scenarioId: string): Promise<Side> {
  const { netting, stress_scenarios: scenarios } =
    orderedParameters(row.parameters as RunParameters);
  const scenario = scenarios.find((each) => each.scenario_id === scenarioId);
  if (!scenario) {
    const message = `the run given as \`${side}\` has no scenario "${scenarioId}"; it has ` +
      `${scenarios.slice(0, 20).map((each) => each.scenario_id).join(", ") || "none"}`;
    throw new AppError("PARAMETERS_INVALID", { message: `scenario_id: ${message}.`,
      errors: [{ path: "scenario_id", message }] });
  }
  const { results, recorded } = await instrumentResultsOf(row.datasetVersionId, netting, scenario);
  return { columns: await columnsOf(row.datasetVersionId), results, sha256: recorded.sha256 };
}

/** Orders of comparisons that were looked at last: pages of one list follow each other. */
const KEPT = 8;
type Known = Map<string, Promise<InstrumentPairs>>;
const cache = () => processState("compared-instruments", (): Known => new Map());

/** Matching and sorting a million takes seconds: a thread does it, once for all pages. */
async function pairsOf(
  mark: string, base: Side, other: Side, measure: ComparedMeasure,
): Promise<InstrumentPairs> {
  const known = cache();
  const shared = ({ columns: { buffer, sha256 }, results }: Side) =>
    ({ shared: { buffer, sha256 }, results });
  const pairs = known.get(mark) ?? runOnThreads("comparedInstruments",
    [{ base: shared(base), other: shared(other), measure }], {})
    .then(([found]) => found as InstrumentPairs);
  known.delete(mark);
  known.set(mark, pairs);
  for (const key of known.keys()) if (known.size > KEPT) known.delete(key);
  try {
    return await pairs;
  } catch (error) {
    if (known.get(mark) === pairs) known.delete(mark);
    throw error;
  }
}

function itemsOf(
  base: Side, other: Side, pairs: InstrumentPairs, start: number, end: number,
): Compared[] {
  const [codes, others] = [pairs.base.subarray(start, end), pairs.other.subarray(start, end)];
  const sums = (side: Side, of: Int32Array) => sumsOf(
    { columns: side.columns.columns, results: side.results }, new Set(of));
  const [before, after] = [sums(base, codes), sums(other, others)];
  return [...codes].map((code, at) => {
    const partner = others[at] as number;
    const [from, to] = [before.get(code), after.get(partner)];
    return {
      instrument_id: code >= 0 ? instrumentIdOf(base.columns.columns, code)
        : instrumentIdOf(other.columns.columns, partner),
      base: figuresOf(from), other: figuresOf(to),
      outstanding_difference: amount((to?.outstanding ?? 0) - (from?.outstanding ?? 0)),
      loss_difference: amount(ownLoss(to) - ownLoss(from)),
    };
  });
}

const amount = (units: number): number => amountFromUnits(BigInt(units));
const ownLoss = (sums: InstrumentSums | undefined): number =>
  sums === undefined ? 0 : sums.shortfallIncrease + sums.buffer;

const figuresOf = (sums: InstrumentSums | undefined): Compared["base"] =>
  sums === undefined ? null : {
    rows: sums.rows, outstanding: amount(sums.outstanding),
    collateral_value: amount(sums.collateral),
    stressed_collateral_value: amount(sums.stressedCollateral),
    shortfall_increase: amount(sums.shortfallIncrease),
    default_risk_buffer: amount(sums.buffer), own_loss: amount(ownLoss(sums)),
  };
