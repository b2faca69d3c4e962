import golden100 from "./golden/1.0.0.json";
import golden110 from "./golden/1.1.0.json";
import type { GoldenFile } from "./golden";

/** One formula of the model: where it is written down, and where the page explains it. */
export type ModelSection = { section: number; title: string; anchor: string };

/** The sections of the model that have formulas; `anchor` is one of /docs/model. */
export const MODEL_SECTIONS: readonly ModelSection[] = [
  { section: 1, title: "Debt exposure", anchor: "exposure" },
  { section: 2, title: "Stress scenario", anchor: "stress" },
  { section: 3, title: "Materiality findings", anchor: "findings" },
  { section: 4, title: "Netting by instrument", anchor: "instrument-netting" },
  { section: 5, title: "Attribution", anchor: "attribution" },
  { section: 6, title: "Sensitivity", anchor: "sensitivity" },
  { section: 6, title: "Reverse stress", anchor: "reverse-stress" },
  { section: 7, title: "Credit-loss distribution", anchor: "credit-loss" },
  { section: 7, title: "IRB capital", anchor: "irb" },
  { section: 8, title: "Concentration", anchor: "concentration" },
  { section: 9, title: "Portfolio KPIs", anchor: "kpis" },
  { section: 10, title: "Value at risk and guards", anchor: "value-at-risk" },
  { section: 11, title: "Projection of a borrower", anchor: "projection" },
];

/** What the register says of a version beside its formulas. */
export type RegisterEntry = {
  version: string;
  /** The day from which runs were computed by it. */
  released: string;
  summary: string;
  changes: readonly string[];
  golden: GoldenFile;
};

/** Every version of the engine, oldest first; `ENGINES` has their formulas. */
export const MODEL_REGISTER: readonly RegisterEntry[] = [
  {
    version: "1.0.0",
    released: "2026-11-20",
    summary: "First version: exposure, stress, findings, netting by portfolio and by instrument.",
    changes: [
      "Amounts are rounded once to 1/10,000 and added exactly.",
      "Netting by instrument adds what debts lack exactly and rounds the sum once.",
    ],
    golden: golden100 as unknown as GoldenFile,
  },
  {
    version: "1.1.0",
    released: "2026-11-28",
    summary: "Netting by instrument rounds each debt, so that any engine gives the same bits.",
    changes: [
      "Stressed collateral is rounded per instrument to 1/10,000 and added exactly, in the "
        + "shortfall and in the reported collateral.",
      "A scenario may shock segments differently.",
      "Reverse stress by instrument searches without that rounding, which makes steps of the loss.",
    ],
    golden: golden110 as unknown as GoldenFile,
  },
];

/** A version's entry; null for one that never was. */
export const registerEntry = (version: string): RegisterEntry | null =>
  MODEL_REGISTER.find((entry) => entry.version === version) ?? null;

/** Tests that try every version's formulas on random portfolios, by file. */
export const PROPERTY_TESTS: readonly { file: string; shows: string }[] = [
  { file: "lib/risk/exposure.test.ts", shows: "Sections 1 against exact rational arithmetic, 1e-12" },
  { file: "lib/risk/totals.test.ts", shows: "Sums do not depend on order or split" },
  { file: "lib/risk/stress.test.ts", shows: "Check values; scaling; nothing falls below 0" },
  { file: "lib/risk/instrument-netting.test.ts",
    shows: "Netting by instrument against a sum over single loans" },
  { file: "lib/risk/attribution.test.ts", shows: "Parts add up; a driver without a shock gets 0" },
  { file: "lib/risk/reverse.test.ts", shows: "The crossing is the smallest, and exact" },
  { file: "lib/risk/allocation.test.ts", shows: "Shares add up to the total exactly" },
  { file: "lib/risk/golden.test.ts", shows: "Golden outputs of every version, byte for byte" },
  { file: "lib/portfolio/golden-cases.test.ts",
    shows: "Golden outputs of segment shocks and sections 7 to 11, byte for byte" },
  { file: "lib/portfolio/properties.test.ts",
    shows: "Scaling, splitting, worse shocks, order and parts of the instrument-level engine" },
  { file: "e2e/http/run-values.test.ts", shows: "Check values through a running server" },
];
