import {
  changedInstruments, compareInstruments, debtResults, decodeColumns, encodeInstrumentResults,
  groupCount, groupTotals, instrumentResults, keysIn, orderOf, recordPage, stressPortfolio,
  versionChanges, type ChangedRows, type ComparedMeasure, type InstrumentPairs,
  type InstrumentResults, type KeyedVersion, type PageRequest, type PortfolioColumns,
  type PortfolioStress, type StressProblem, type StressRequest,
} from "@/lib/portfolio";
import { inputLines, type InputMember } from "@/lib/bundle/input-lines";
import { sha256Hex } from "@/lib/kernel/hash";
import { err, ok, type Result } from "@/lib/kernel/result";
import {
  concentration, countDefaults, granularTail as closedTail, largestParts, simulateLosses,
  variancePart, type ChangeCell, type Concentration, type CreditPortfolio, type GroupDimension,
  type LossClasses, type Netting, type ObligorColumns, type Scenario, type VariancePanel,
} from "@/lib/risk";
import type { Report } from "@/lib/report/model";
import { analyseOnColumns, type RequestOf, type ScenarioAnalysis } from "./scenario-analyses";
import type { ThreadTask, ThreadTools } from "./thread-loop";

/** A version's columns on their way to a thread: shared memory, and the hash of its bytes. */
export type SharedColumns = { buffer: SharedArrayBuffer; sha256: string };

let latest: { sha256: string; columns: PortfolioColumns } | null = null;

/** Views on shared columns; those of the last version are kept, as its next part will need them. */
function viewsOf({ buffer, sha256 }: SharedColumns): PortfolioColumns {
  if (latest?.sha256 !== sha256) {
    const decoded = decodeColumns(buffer);
    if (!decoded.ok) throw new Error(`columns ${sha256}: ${decoded.error.detail}`);
    latest = { sha256, columns: decoded.value };
  }
  return latest.columns;
}

/** How many groups there are where that is beyond the limit, else null. */
function groupsBeyond(
  columns: PortfolioColumns, groupBy: readonly GroupDimension[], limit: number,
): number | null {
  const most = groupBy.reduce((product, dimension) =>
    product * ((columns.dimensions[dimension]?.labels.length ?? 0) + 1), 1);
  if (most <= limit) return null;
  const groups = groupCount(columns, groupBy);
  return groups > limit ? groups : null;
}

export type StressPart = {
  shared: SharedColumns; request: StressRequest;
  /** Groups at most; counted only where there can be more. */
  groupLimit: number;
};

function stress(
  { shared, request, groupLimit }: StressPart,
): Result<PortfolioStress, StressProblem> {
  const columns = viewsOf(shared);
  const groups = groupsBeyond(columns, request.groupBy ?? [], groupLimit);
  return groups === null ? stressPortfolio(columns, request)
    : err({ code: "TOO_MANY_GROUPS", groups, limit: groupLimit });
}

/** The bytes of an artifact of instrument results by their hash. */
export type ResultsHash = { sha256: string; bytes: number };

/** What `encodeInstrumentResults` gives under each scenario, as its hash alone. */
export function hashResults(
  columns: PortfolioColumns, netting: Netting, scenarios: readonly Scenario[],
): ResultsHash[] {
  const before = debtResults(columns, null);
  return scenarios.map((scenario) => {
    const bytes = encodeInstrumentResults(instrumentResults(columns, scenario, netting, before));
    return { sha256: sha256Hex(bytes), bytes: bytes.byteLength };
  });
}

type InstrumentPart = { shared: SharedColumns; scenario: Scenario; netting: Netting };

/** A version's columns with what its debts come to, in shared memory. */
type ComparedPart = { shared: SharedColumns; results: InstrumentResults };

/** Both versions' views, those of one version once: then its instruments need not be looked up. */
function comparedInstruments({ base, other, measure }: {
  base: ComparedPart; other: ComparedPart; measure: ComparedMeasure;
}): InstrumentPairs {
  const columns = viewsOf(base.shared);
  return compareInstruments({ columns, results: base.results },
    { columns: viewsOf(other.shared), results: other.results }, measure);
}

/** A version's columns with what they do not say of its records, in shared memory. */
type KeyedPart = { shared: SharedColumns; keys: SharedArrayBuffer };

const keyedViews = ({ shared, keys }: KeyedPart): KeyedVersion => {
  const columns = viewsOf(shared);
  return { columns, keys: keysIn(keys, columns) };
};

type GroupPart = { shared: SharedColumns; groupBy: readonly GroupDimension[]; fall: number;
  /** Groups that are given: the first ones, or none at all where there are more. */
  most: number; isFirst: boolean };

function groups(
  { shared, groupBy, fall, most, isFirst }: GroupPart,
): Result<ReturnType<typeof groupTotals>, StressProblem> {
  const columns = viewsOf(shared);
  const beyond = isFirst ? null : groupsBeyond(columns, groupBy, most);
  return beyond === null ? ok(groupTotals(columns, groupBy, fall, most))
    : err({ code: "TOO_MANY_GROUPS", groups: beyond, limit: most });
}

/** The closed form of a portfolio; of its parts of the ES so many by themselves. */
function granularTail({ obligors, q, top }: { obligors: ObligorColumns; q: number; top: number }) {
  const { es, ...figures } = closedTail(obligors, q);
  return { ...figures, parts: largestParts(es.map((_, at) => at), es, top) };
}

type AnalysisPart = { shared: SharedColumns; netting: Netting; name: ScenarioAnalysis;
  request: RequestOf<ScenarioAnalysis> };

/** A report as PDF; its writer and fonts are loaded by threads that write one. */
async function pdf(
  { report, root, isOnePage }: { report: Report; root: string; isOnePage: boolean },
  { transfer }: ThreadTools,
): Promise<Uint8Array> {
  const pieces = isOnePage ? (await import("@/lib/report/pdf-page")).onePagePdf(report, root)
    : (await import("@/lib/report/pdf")).reportPdf(report, root);
  const all: Uint8Array[] = [];
  for await (const piece of pieces) all.push(piece);
  const bytes = new Uint8Array(all.reduce((sum, piece) => sum + piece.length, 0));
  let at = 0;
  for (const piece of all) {
    bytes.set(piece, at);
    at += piece.length;
  }
  transfer(bytes.buffer);
  return bytes;
}

/**
 * What threads can calculate, by name. A task is a pure function of a pure room and gets all that
 * it needs in its payload; SharedArrayBuffers pass without a copy.
 */
export const TASKS = {
  stress,
  groups,
  recordPage: ({ shared, keys, request }: { shared: SharedColumns;
    keys: SharedArrayBuffer | null; request: PageRequest }) => {
    const columns = viewsOf(shared);
    return recordPage(columns, request, keys && keysIn(keys, columns));
  },
  labelRanks: ({ shared, dimension }: { shared: SharedColumns; dimension: GroupDimension }) =>
    viewsOf(shared).dimensions[dimension]?.labels.ranks() ?? new Float64Array(),
  instrumentResults: ({ shared, scenario, netting }: InstrumentPart): SharedArrayBuffer =>
    encodeInstrumentResults(instrumentResults(viewsOf(shared), scenario, netting)).buffer,
  instrumentOrder: ({ values }: { values: Float64Array }): Uint32Array => orderOf(values),
  instrumentHashes: ({ shared, netting, scenarios }:
    { shared: SharedColumns; netting: Netting; scenarios: readonly Scenario[] }): ResultsHash[] =>
    hashResults(viewsOf(shared), netting, scenarios),
  comparedInstruments,
  versionChanges: ({ base, other }: { base: KeyedPart; other: KeyedPart }): ChangeCell[] =>
    versionChanges(keyedViews(base), keyedViews(other)),
  changedInstruments: ({ base, other, request }: { base: KeyedPart; other: KeyedPart;
    request: Parameters<typeof changedInstruments>[2] }): ChangedRows[] =>
    changedInstruments(keyedViews(base), keyedViews(other), request),
  scenarioAnalysis: ({ shared, netting, name, request }: AnalysisPart) =>
    analyseOnColumns(viewsOf(shared), netting, name, request),
  concentration: ({ values }: { values: Float64Array }): Concentration => concentration(values),
  granularTail,
  granularVariance: ({ classes, panel }: { classes: LossClasses; panel: VariancePanel }): number =>
    variancePart(classes, panel),
  creditLosses: (part: { portfolio: CreditPortfolio; seed: number; from: number; to: number }) =>
    simulateLosses(part.portfolio, part.seed, part.from, part.to),
  creditDefaults: (part: { portfolio: CreditPortfolio; seed: number; paths: Uint32Array }) =>
    countDefaults(part.portfolio, part.seed, part.paths),
  inputLines: ({ rows, member }: { rows: string; member: InputMember },
    { transfer }: ThreadTools): Uint8Array => {
    const bytes = inputLines(rows, member);
    transfer(bytes.buffer);
    return bytes;
  },
  pdf,
} as const satisfies Record<string, ThreadTask>;

export type Tasks = typeof TASKS;
