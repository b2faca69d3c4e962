import { normalCdf, normalQuantile } from "../kernel/normal";
import { err, ok, type Result } from "../kernel/result";

/** Regulatory classes of MODEL.md section 7. */
export const IRB_CLASSES = ["corporate", "mortgage", "revolving", "other_retail"] as const;
export type IrbClass = (typeof IRB_CLASSES)[number];

/** Least PD unless a caller says otherwise: 0.05 %. */
export const DEFAULT_PD_FLOOR = 0.0005;

/** One exposure: `ead` in currency units, `pd`, `lgd` and floor as fractions. */
export type IrbExposure = {
  ead: number; pd: number; lgd: number; asset_class: IrbClass;
  /** Effective maturity in years; counts for corporates only. */
  maturity: number;
  /** Yearly turnover in millions; absent gives no size adjustment. */
  turnover_meur?: number | undefined;
  pd_floor?: number | undefined;
  defaulted?: boolean | undefined;
  /** Best estimate of the loss of a defaulted exposure, a fraction. */
  el_best?: number | undefined;
};

/** Capital as fractions of EAD, then amounts in currency units. */
export type IrbCapital = {
  correlation: number | null; capital_requirement: number; risk_weight: number;
  rwa: number; expected_loss: number;
};

export type IrbTotals = {
  ead: number; rwa: number; capital: number; expected_loss: number;
  /** RWA / EAD; null without EAD. */
  risk_weight: number | null;
};

/** The maturity term has no value: with so small a PD its denominator is 0 or below. */
export type IrbError = { code: "PD_BELOW_MATURITY_TERM"; pd: number };

const CONFIDENCE = normalQuantile(0.999);
const RWA_FACTOR = 12.5;

/**
 * Asset correlation of a class at a PD, MODEL.md section 7. A corporate's falls with its
 * turnover in millions: below 5 counts as 5, 50 and more changes nothing.
 */
export function irbCorrelation(assetClass: IrbClass, pd: number, turnover = 50): number {
  switch (assetClass) {
    case "mortgage": return 0.15;
    case "revolving": return 0.04;
    case "other_retail": return between(0.03, 0.16, pd, 35);
    case "corporate": {
      const size = Math.min(50, Math.max(5, turnover));
      return between(0.12, 0.24, pd, 50) - 0.04 * (1 - (size - 5) / 45);
    }
  }
}

/** From `high` at PD 0 down to `low` at PD 1. */
function between(low: number, high: number, pd: number, speed: number): number {
  const weight = Math.expm1(-speed * pd) / Math.expm1(-speed);
  return low * weight + high * (1 - weight);
}

/**
 * Basel IRB capital of one exposure, MODEL.md section 7, without a scaling factor. The PD is at
 * least `pd_floor` (0.0005 unless given, 0 is none); a PD of 0 needs no capital, a PD of 1 that
 * is not marked as defaulted needs none beyond its expected loss. A defaulted exposure needs
 * `max(0, LGD - el_best)` and loses `el_best`. Fails where the maturity term has no value,
 * which takes a corporate PD below about 0.0003 % and no floor.
 */
export function irbCapital(exposure: IrbExposure): Result<IrbCapital, IrbError> {
  const { ead, lgd } = exposure;
  if (exposure.defaulted) {
    const best = exposure.el_best ?? lgd;
    return ok(capitalOf(ead, Math.max(0, lgd - best), best, null));
  }
  const pd = Math.max(exposure.pd, exposure.pd_floor ?? DEFAULT_PD_FLOOR);
  const correlation = irbCorrelation(exposure.asset_class, pd, exposure.turnover_meur);
  if (pd === 0) return ok(capitalOf(ead, 0, 0, correlation));
  const stressed = normalCdf((normalQuantile(pd) + Math.sqrt(correlation) * CONFIDENCE)
    / Math.sqrt(1 - correlation));
  const adjustment = exposure.asset_class === "corporate"
    ? maturityTerm(pd, exposure.maturity) : 1;
  if (adjustment === null) return err({ code: "PD_BELOW_MATURITY_TERM", pd });
  const requirement = Math.max(0, lgd * (stressed - pd) * adjustment);
  return ok(capitalOf(ead, requirement, pd * lgd, correlation));
}

/** `(1 + (M - 2.5) b) / (1 - 1.5 b)`; null where the denominator is no longer positive. */
function maturityTerm(pd: number, maturity: number): number | null {
  const b = (0.11852 - 0.05478 * Math.log(pd)) ** 2;
  return 1 - 1.5 * b > 0 ? (1 + (maturity - 2.5) * b) / (1 - 1.5 * b) : null;
}

function capitalOf(
  ead: number, requirement: number, expected: number, correlation: number | null,
): IrbCapital {
  const weight = RWA_FACTOR * requirement;
  return { correlation, capital_requirement: requirement, risk_weight: weight,
    rwa: weight * ead, expected_loss: expected * ead };
}

/** Sums over exposures, in currency units. */
export function irbTotals(
  exposures: readonly { ead: number }[], capital: readonly IrbCapital[],
): IrbTotals {
  const sum = (values: readonly number[]): number => values.reduce((all, one) => all + one, 0);
  const ead = sum(exposures.map((exposure) => exposure.ead));
  const rwa = sum(capital.map((one) => one.rwa));
  return { ead, rwa, capital: rwa / RWA_FACTOR, risk_weight: ead > 0 ? rwa / ead : null,
    expected_loss: sum(capital.map((one) => one.expected_loss)) };
}
