/** MODEL.md sections 1-3, 5, 6 and 9 as reference: symbol, formula, unit or remark. */
export interface FormulaLine {
  name: string;
  formula: string;
  note?: string;
}

export const EXPOSURE_LINES: readonly FormulaLine[] = [
  { name: "Outstanding", formula: "O = Σ principal", note: "Instruments with principal ≤ 0 are skipped, with a warning" },
  { name: "Interest rate", formula: "r = Σ (principal × rate) / O", note: "Per cent; 0 when O = 0" },
  { name: "Interest per year", formula: "O × r / 100" },
  { name: "Collateral", formula: "C = Σ collateral", note: "A stated total other than 0 replaces the sum" },
  { name: "Shortfall", formula: "max(O − C, 0)" },
  { name: "Coverage", formula: "C / O", note: "0 when O = 0" },
  { name: "Leverage", formula: "O / A", note: "A is the assets; 0 when A = 0" },
  { name: "Distressed assets", formula: "V = Σ value" },
  { name: "Expected recovery", formula: "R = Σ (value × recovery rate) / 100" },
  { name: "Recovery ratio", formula: "R / V", note: "0 when V = 0" },
  { name: "Net exposure", formula: "N = max(O − (C + R), 0)", note: "What is owed and not covered" },
];

export const STRESS_LINES: readonly FormulaLine[] = [
  { name: "Interest rate", formula: "r + Δr", note: "Δr in points" },
  { name: "Interest per year", formula: "O × (r + Δr) / 100" },
  { name: "Collateral after", formula: "C′ = max(0, C × (1 + m))", note: "m is the market impact, −25 % is −0.25" },
  { name: "Collateral loss", formula: "max(0, C − C′)" },
  { name: "Distressed assets after", formula: "max(0, V × (1 + m))" },
  { name: "Distressed asset loss", formula: "max(0, V − V × (1 + m))" },
  { name: "Recovery after", formula: "R′ = max(0, R × (1 + g))", note: "g is the recovery degradation" },
  { name: "Default risk buffer", formula: "B = max(0, O × d)", note: "d is the default risk increment" },
  { name: "Net exposure after", formula: "N′ = max(0, O − (C′ + R′)) + B" },
  { name: "Loss", formula: "L = max(0, N′ − N)", note: "Added interest is not part of it" },
  { name: "Impact score", formula: "min(1, L / max(1, O))" },
];

export const FINDING_LINES: readonly FormulaLine[] = [
  { name: "Line", formula: "max(1, O) × threshold", note: "20 % for net exposure, 5 % for a loss, unless a run says otherwise" },
  { name: "Material", formula: "value ≥ line", note: "A figure equal to its line is material" },
  { name: "Impact score, exposure", formula: "min(1, N / max(1, O))" },
  { name: "Impact score, stress", formula: "min(1, L / max(1, O))" },
];

export const ATTRIBUTION_LINES: readonly FormulaLine[] = [
  { name: "Loss of some shocks", formula: "L(S)", note: "Only the shocks in S are on; S out of collateral, recovery, default" },
  { name: "Part of driver k", formula: "Φ(k) = mean over the 6 orders of L(before + k) − L(before)", note: "Shapley value" },
  { name: "Sum", formula: "Φ(collateral) + Φ(recovery) + Φ(default) = L", note: "A driver whose shock is 0 gets 0" },
  { name: "Added interest", formula: "O × Δr / 100", note: "Shown beside the loss: rates raise cost, not loss, in this model" },
];

export const SENSITIVITY_LINES: readonly FormulaLine[] = [
  { name: "Tornado", formula: "L(½ shock), L(shock), L(2 × shock), one shock at a time", note: "Sorted by swing" },
  { name: "Grid", formula: "L over two shocks' ranges", note: "Up to 41 × 41 points" },
  { name: "Reverse stress", formula: "smallest k in [0, 20] with L(k × shocks) ≥ target", note: "Exact crossing: L is piecewise linear in k" },
  { name: "Target: coverage", formula: "C′ / O ≤ x" },
  { name: "Target: leverage", formula: "O / (A − collateral loss − distressed asset loss) ≥ y" },
];

export const KPI_LINES: readonly FormulaLine[] = [
  { name: "PAR30, PAR60, PAR90", formula: "balance from that day past due on / owed", note: "A balance without days past due is owed, and not past due" },
  { name: "NPL ratio", formula: "(90 days past due and more + other IFRS 9 stage 3) / owed" },
  { name: "NPL coverage", formula: "provisions / non-performing" },
  { name: "Texas ratio", formula: "non-performing / (tangible equity + provisions)", note: "Tangible equity is the lender's, set for the dataset" },
  { name: "Mean loan to value", formula: "mean of owed / collateral", note: "Over loans with a collateral value above 0" },
  { name: "Mean debt to income", formula: "mean of debt to income", note: "Over loans that state it" },
  { name: "Yield", formula: "Σ (principal × rate) / balance that states a rate" },
  { name: "Write-off rate", formula: "written off / owed", note: "A written-off amount, else the principal where the status says so" },
  { name: "Collection rate", formula: "cash collected / eligible balance" },
  { name: "Portfolio health", formula: "max(0, 10 − PAR30 / 10) × collection rate / 10, from 0 to 10", note: "PAR30 and collection rate in per cent" },
  { name: "Roll rate", formula: "balance now in bucket j / balance before in bucket i", note: "Of instruments that both versions have; a row adds up to 100 %" },
];
