import type { Command } from "@/components/shell/commands";

/** The questions, in the order of the tabs; the first one shows when the address names none. */
export const ANALYSIS_TABS = [
  { value: "sensitivity", label: "Sensitivity", keywords: "tornado grid heatmap attribution" },
  { value: "reverse", label: "Reverse stress", keywords: "break-even multiplier frontier covenant" },
  { value: "credit-loss", label: "Credit loss",
    keywords: "monte carlo var expected shortfall distribution" },
  { value: "concentration", label: "Concentration", keywords: "herfindahl hhi gini lorenz names" },
  { value: "irb", label: "IRB capital", keywords: "basel risk weight rwa pd lgd" },
  { value: "projection", label: "Projection", keywords: "cash dscr borrower debt schedule" },
  { value: "value-at-risk", label: "Value at risk", keywords: "var series guard returns" },
  { value: "past-due", label: "PAR and roll rates", keywords: "kpi past due npl buckets" },
] as const;

export type AnalysisTab = (typeof ANALYSIS_TABS)[number]["value"];

/** For the command palette. */
export const ANALYSIS_COMMANDS: readonly Command[] = ANALYSIS_TABS.map(
  ({ value, label, keywords }) => ({ id: `analytics-${value}`, label, icon: "ana",
    group: "Analytics", keywords, href: `/analytics?tab=${value}` }));
