import { SIMULATION_LIMIT } from "@/lib/contract/analysis";
import { PATHS_BOUNDS } from "@/lib/contract/facts";
import type { BodyOf, ResponseOf } from "@/lib/contract/operations";
import { assert } from "@/lib/kernel/assert";
import { AMOUNT_SCALE } from "@/lib/kernel/exact";
import {
  deviationOf, irbCorrelation, largestParts, variancePanels, type CreditObligor,
  type GranularTail, type LargestParts,
} from "@/lib/risk";
import { invalid, kept } from "./analyses";
import { refuseKeeping } from "./analysis-records";
import type { Context } from "../platform/caller";
import { simulateDistribution, type Distribution } from "./credit-simulation";
import { eachObligor } from "../db/analysis-query";
import { sealedVersion } from "../datasets/sealed-versions";
import type { ThreadOptions } from "../calculation/thread-pool";
import { runOnThreads } from "../calculation/threads";

type Body = BodyOf<"analyseCreditLoss">;
type CreditLoss = ResponseOf<"analyseCreditLoss">;
/** What determines the figures, beside the obligors. */
export type CreditRequest =
  Pick<Body, "method" | "paths" | "seed" | "rho" | "contribution_q" | "top">;

type LeftOut = CreditLoss["left_out"];
/** Names with their keys, and what of the version is not among them. */
type Obligors = {
  names: CreditObligor[]; keys: (string | null)[]; leftOut: LeftOut; warnings: string[];
};

/** The credit-loss distribution of a version's obligors, or of given ones (MODEL.md section 7). */
export async function analyseCreditLoss(
  context: Context, body: Body, signal?: AbortSignal,
): Promise<CreditLoss> {
  const request = creditRequestOf(body);
  if (body.obligors) {
    return creditLossOf(givenObligors(body.obligors, body.rho), request, { signal });
  }
  if (body.persist) refuseKeeping();
  const sealed = await sealedVersion(body.dataset_version_id ?? "");
  const result = await versionCreditLoss(sealed.datasetVersionId, request, { signal });
  return kept(context, body, sealed, "credit-loss", request, result);
}

/** A request in canonical form: what an analysis is kept under. */
export const creditRequestOf = (
  { method, paths, seed, contribution_q, top, rho }: Body,
): CreditRequest => ({ method, paths, seed, contribution_q, top,
  ...(rho === undefined ? {} : { rho }) });

/** The distribution of a version's obligors: the same request gives the same figures. */
export const versionCreditLoss = async (
  versionId: string, request: CreditRequest, options: ThreadOptions = {},
): Promise<CreditLoss> =>
  creditLossOf(await obligorsOf(versionId, request.rho), request, options);

const correlationOf = (pd: number): number => irbCorrelation("corporate", pd);

function givenObligors(given: NonNullable<Body["obligors"]>, rho: number | undefined): Obligors {
  return {
    names: given.map(({ ead, pd, lgd, rho: own }) =>
      ({ ead, pd, lgd, rho: own ?? rho ?? correlationOf(pd) })),
    keys: given.map(({ key }) => key ?? null),
    leftOut: { without_pd: 0, without_lgd: 0, outstanding: 0 }, warnings: [],
  };
}

/** An obligor owes as one: its highest PD counts, its LGD is the mean over what is covered. */
async function obligorsOf(versionId: string, rho: number | undefined): Promise<Obligors> {
  const found: Obligors = { names: [], keys: [], warnings: [],
    leftOut: { without_pd: 0, without_lgd: 0, outstanding: 0 } };
  let several = 0;
  await eachObligor(versionId, (row) => {
    const covered = Number(row.covered);
    if (row.pd === null) {
      found.leftOut.without_pd += row.count;
      found.leftOut.outstanding += Number(row.outstanding) / AMOUNT_SCALE;
      return;
    }
    found.leftOut.without_lgd += row.uncovered_count;
    found.leftOut.outstanding += (Number(row.outstanding) - covered) / AMOUNT_SCALE;
    if (covered === 0) return;
    if (row.lowest_pd !== row.pd) several += 1;
    found.names.push({ ead: covered / AMOUNT_SCALE, pd: row.pd,
      lgd: Math.min(1, Number(row.loss) / covered), rho: rho ?? correlationOf(row.pd) });
    found.keys.push(row.key);
  });
  const { without_pd: noPd, without_lgd: noLgd } = found.leftOut;
  if (noPd > 0) found.warnings.push(`${noPd} instruments have no part: no PD from 0 to 1.`);
  if (noLgd > 0) {
    found.warnings.push(`${noLgd} instruments have no part: no LGD or recovery from 0 to 100 %.`);
  }
  if (several > 0) {
    found.warnings.push(`${several} obligors have several PDs: the highest counts.`);
  }
  return found;
}

async function creditLossOf(
  { names, keys, leftOut, warnings }: Obligors, request: CreditRequest, options: ThreadOptions,
): Promise<CreditLoss> {
  if (request.method === "monte_carlo") refuseBeyond(names, request);
  const isSimulated = request.method === "monte_carlo";
  const { closed, parts } = await closedForm(names, request.contribution_q,
    isSimulated ? 0 : request.top, options);
  const found = isSimulated ? await simulated(names, request, options)
    : { ...closed, paths: 0, parts, histogram: [],
      expected_loss_standard_error: 0, standard_deviation_standard_error: 0 };
  const sum = (amount: (one: CreditObligor) => number): number =>
    names.reduce((all, one) => all + amount(one), 0);
  const said = [...warnings, ...(names.length === 0 ? ["There is no obligor with an exposure."] : []),
    ...(found.paths > 0 && found.paths * 0.001 < 20
      ? ["Fewer than 20 paths lie beyond 99.9 %: read its figures with their standard errors."] : [])];
  return {
    method: request.method, paths: found.paths, seed: request.seed, obligors: names.length,
    exposure_at_default: sum(({ ead }) => ead),
    expected_loss: found.expected_loss,
    expected_loss_standard_error: found.expected_loss_standard_error,
    exact_expected_loss: closed.expected_loss,
    standard_deviation: found.standard_deviation,
    standard_deviation_standard_error: found.standard_deviation_standard_error,
    quantiles: found.quantiles,
    ...listed(found.parts, names, keys), contribution_q: request.contribution_q,
    closed_form: closed.quantiles.map(({ q, var: value, es }) => ({ q, var: value, es })),
    histogram: found.histogram, left_out: leftOut, warnings: said,
  };
}

type Closed = Pick<GranularTail, "expected_loss" | "quantiles"> & { standard_deviation: number };

/** The closed form, on threads: a million names with PDs of their own take many seconds. */
async function closedForm(
  names: readonly CreditObligor[], q: number, top: number, { signal }: ThreadOptions,
): Promise<{ closed: Closed; parts: LargestParts }> {
  const column = (member: keyof CreditObligor): Float64Array => {
    const values = new Float64Array(new SharedArrayBuffer(names.length * 8));
    names.forEach((one, at) => { values[at] = one[member]; });
    return values;
  };
  const obligors = { ead: column("ead"), pd: column("pd"), lgd: column("lgd"), rho: column("rho") };
  const [tail] = await runOnThreads("granularTail", [{ obligors, q, top }], { signal });
  assert(tail, "one part has one result");
  const { classes, parts, ...figures } = tail;
  const variance = await runOnThreads("granularVariance",
    variancePanels(classes).map((panel) => ({ classes, panel })), { signal });
  return { closed: { ...figures, standard_deviation: deviationOf(variance) }, parts };
}

async function simulated(
  names: readonly CreditObligor[], { paths, seed, contribution_q: q, top }: CreditRequest,
  options: ThreadOptions,
): Promise<Omit<Distribution, "parts"> & { parts: LargestParts }> {
  const found = await simulateDistribution(names, { paths, seed, q }, options);
  return { ...found, parts: largestParts(found.parts.map(({ index }) => index),
    found.parts.map(({ es }) => es), top) };
}

function listed(
  { largest, others, total }: LargestParts, names: readonly CreditObligor[],
  keys: readonly (string | null)[],
): Pick<CreditLoss, "contributions" | "other_contributions"> {
  return {
    contributions: largest.map(({ index, es }) => {
      const { ead, pd, lgd } = names[index] as CreditObligor;
      return { index, key: keys[index] ?? null, expected_loss: ead * pd * lgd, es,
        share: total > 0 ? es / total : 0 };
    }),
    other_contributions: others,
  };
}

/** A simulation beyond what one request may ask for. @throws AppError PARAMETERS_INVALID */
function refuseBeyond(names: readonly CreditObligor[], { paths }: CreditRequest): void {
  if (paths * names.length <= SIMULATION_LIMIT) return;
  const most = Math.max(PATHS_BOUNDS.low, Math.floor(SIMULATION_LIMIT / names.length));
  throw invalid("paths", `${paths} paths of ${names.length} obligors are more than one request `
    + `may simulate; at most ${most} paths, or method "granular"`);
}
