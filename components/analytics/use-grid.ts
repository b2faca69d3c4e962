"use client";

import { useMemo } from "react";
import { parseAsFloat, parseAsInteger, parseAsStringLiteral, useQueryStates } from "nuqs";
import { parseAsLine } from "@/components/workbench/draft-url";
import { GRID_LIMIT, lossGrid, PARAMETER_BOUNDS, SHOCK_NAMES } from "@/lib/risk";
import type { GridAxis, Netted, Shocks } from "@/lib/risk";

/** Where an axis begins when nobody has said so: the range in which books break. */
const RANGES: Record<keyof Shocks, readonly [from: number, to: number]> = {
  interest_rate_delta_pct: [0, 5],
  collateral_market_impact_pct: [-0.5, 0],
  recovery_degradation_pct: [-0.5, 0],
  default_risk_increment_pct: [0, 0.2],
};

const KEYS = {
  gx: parseAsStringLiteral(SHOCK_NAMES).withDefault("collateral_market_impact_pct"),
  gxa: parseAsFloat, gxb: parseAsFloat,
  gy: parseAsStringLiteral(SHOCK_NAMES).withDefault("default_risk_increment_pct"),
  gya: parseAsFloat, gyb: parseAsFloat,
  gn: parseAsInteger.withDefault(11),
  line: parseAsLine.withDefault(0.05),
};

export const STEP_CHOICES = [5, 11, 21, GRID_LIMIT] as const;

const inside = (name: keyof Shocks, value: number): number =>
  Math.min(PARAMETER_BOUNDS[name].high, Math.max(PARAMETER_BOUNDS[name].low, value));

function axisOf(
  shock: keyof Shocks, from: number | null, to: number | null, steps: number,
): GridAxis {
  const [low, high] = RANGES[shock];
  return { shock, from: inside(shock, from ?? low), to: inside(shock, to ?? high), steps };
}

/** The axes of a loss grid, as the address has them. */
export function useGridAxes() {
  const [url, setUrl] = useQueryStates(KEYS);
  const steps = Math.min(GRID_LIMIT, Math.max(2, url.gn));
  const x = useMemo(() => axisOf(url.gx, url.gxa, url.gxb, steps),
    [url.gx, url.gxa, url.gxb, steps]);
  const y = useMemo(() => axisOf(url.gy, url.gya, url.gyb, steps),
    [url.gy, url.gya, url.gyb, steps]);
  return {
    x, y, steps, line: url.line,
    setSteps: (gn: number) => void setUrl({ gn }),
    setLine: (line: number) => void setUrl({ line }),
    /** The other axis steps aside from a shock that it has. */
    setX: (gx: keyof Shocks) => void setUrl({ gx, gxa: null, gxb: null,
      ...(gx === url.gy ? { gy: url.gx, gya: url.gxa, gyb: url.gxb } : {}) }),
    setY: (gy: keyof Shocks) => void setUrl({ gy, gya: null, gyb: null,
      ...(gy === url.gx ? { gx: url.gy, gxa: url.gya, gxb: url.gyb } : {}) }),
    setRange: (axis: "x" | "y", end: "from" | "to", value: number) => void setUrl({
      [`g${axis}${end === "from" ? "a" : "b"}`]: value }),
  };
}

export type GridAxes = ReturnType<typeof useGridAxes>;

/** The losses over both ranges; null where the two axes are no grid. */
export const useLossGrid = (netted: Netted, shocks: Shocks, { x, y }: GridAxes) => useMemo(() => {
  const grid = lossGrid(netted, shocks, x, y);
  return grid.ok ? grid.value : null;
}, [netted, shocks, x, y]);
