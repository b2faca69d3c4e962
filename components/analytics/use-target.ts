"use client";

import { parseAsFloat, parseAsStringLiteral, useQueryStates } from "nuqs";
import type { ReverseTarget } from "@/lib/risk";

export const METRICS = [
  "loss_share", "loss_estimate", "coverage_ratio", "leverage_ratio",
] as const satisfies readonly ReverseTarget["metric"][];
export type Metric = (typeof METRICS)[number];

/** What a target is when nobody has said so; an amount follows from what is owed. */
const VALUES: Record<Exclude<Metric, "loss_estimate">, number> = {
  loss_share: 0.05, coverage_ratio: 0.5, leverage_ratio: 1,
};

const KEYS = {
  metric: parseAsStringLiteral(METRICS).withDefault("loss_share"),
  target: parseAsFloat,
  cover: parseAsFloat.withDefault(VALUES.coverage_ratio),
  lever: parseAsFloat.withDefault(VALUES.leverage_ratio),
};

/** What is to be reached, and the two covenants, as the address has them. */
export function useTarget(outstanding: number) {
  const [url, setUrl] = useQueryStates(KEYS);
  const usual = url.metric === "loss_estimate"
    ? Math.round(outstanding * VALUES.loss_share) : VALUES[url.metric];
  const target: ReverseTarget = { metric: url.metric, value: Math.max(0, url.target ?? usual) };
  return {
    target, coverage: url.cover, leverage: url.lever,
    setMetric: (metric: Metric) => void setUrl({ metric, target: null }),
    setValue: (value: number) => void setUrl({ target: value }),
    setCoverage: (cover: number) => void setUrl({ cover }),
    setLeverage: (lever: number) => void setUrl({ lever }),
  };
}

export type TargetState = ReturnType<typeof useTarget>;
