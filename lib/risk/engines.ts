import type { NormalizedRecord } from "../kernel/record";
import { err, ok, type Result } from "../kernel/result";
import { exposureOf } from "./exposure";
import { netByInstrumentV1 } from "./engine-1-0-0";
import { netByInstrument, securedDebts } from "./instrument-netting";
import { debtColumns, shortfallCurve, type SecuredDebts } from "./shortfall-curve";
import { Shortfalls } from "./shortfalls";
import { netByPortfolio, type Netted } from "./stress";
import { TotalsAccumulator } from "./totals";
import type { AmountOutOfRange, DebtExposure, Netting } from "./types";

/** How one version of the engine nets (MODEL.md sections 1, 2 and 4); stays as long as evidence. */
export type EngineFormulas = {
  version: string;
  portfolio: (exposure: DebtExposure) => Netted;
  /** `exposure` is section 1's of the same debts; these in any order, in 1/10,000 units. */
  instrument: (exposure: DebtExposure, debts: SecuredDebts) => Netted;
};

/**
 * The formulas of every engine version, oldest first. What is here never changes: another formula
 * is another version, which `golden.test.ts` holds to.
 */
export const ENGINES: readonly EngineFormulas[] = [
  {
    version: "1.0.0",
    portfolio: netByPortfolio,
    instrument: (exposure, debts) => netByInstrumentV1(exposure, shortfallCurve(debts)),
  },
  {
    version: "1.1.0",
    portfolio: netByPortfolio,
    instrument: (exposure, debts) => netByInstrument(exposure, new Shortfalls(debts)),
  },
];

/** The formulas of a version; null for one that never was. */
export const engineFormulas = (version: string): EngineFormulas | null =>
  ENGINES.find((engine) => engine.version === version) ?? null;

/**
 * Records under one netting, as `engine` computes it. AMOUNT_OUT_OF_RANGE for the first amount
 * that section 1 refuses.
 */
export function netRecords(
  engine: EngineFormulas, netting: Netting, records: readonly NormalizedRecord[],
): Result<Netted, AmountOutOfRange> {
  const sum = new TotalsAccumulator();
  for (const record of records) {
    const added = sum.add(record);
    if (!added.ok) return err(added.error);
  }
  const exposure = exposureOf(sum.totals());
  return ok(netting === "portfolio" ? engine.portfolio(exposure)
    : engine.instrument(exposure, debtColumns(records.flatMap(securedDebts))));
}
