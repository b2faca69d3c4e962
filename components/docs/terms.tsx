import type { ReactNode } from "react";
import { KPI_HINTS } from "@/components/kpi/kpi-words";
import { KPI_FACTS, KPI_NAMES, type KpiName } from "@/lib/risk";

export interface TermText {
  name: string;
  text: ReactNode;
  /** In the symbols of the model's page. */
  formula?: string;
  /** The part of the model's page that shows it with figures. */
  model?: string;
}

const MONEY = {
  "exposure-at-default": { name: "Exposure at default (EAD)",
    text: "What is owed when the borrower stops paying. Here it is the outstanding principal, O; "
      + "accrued interest and guarantees are shown and not added." },
  outstanding: { name: "Outstanding", model: "exposure", formula: "O = Σ principal",
    text: "The sum of principal of every instrument in the version, in base currency." },
  collateral: { name: "Collateral", model: "exposure",
    text: "What could be sold if a borrower does not pay, at the value stated in the tape, C." },
  shortfall: { name: "Shortfall", model: "exposure", formula: "max(O − C, 0)",
    text: "What is owed beyond the collateral. Expected recovery is not deducted." },
  coverage: { name: "Coverage", model: "exposure", formula: "C / O",
    text: "Collateral as a share of what is owed. Above 100 % there is more collateral than debt." },
  "distressed-asset": { name: "Distressed asset", model: "exposure",
    text: "An asset that is being worked out. It brings its value times its recovery rate." },
  recovery: { name: "Recovery", model: "exposure", formula: "R = Σ value × recovery rate",
    text: "What distressed assets are expected to bring. It is deducted from what collateral "
      + "does not cover." },
  "recovery-rate": { name: "Recovery rate",
    text: "The part of a distressed asset's value that is expected back, in per cent." },
  "net-exposure": { name: "Net exposure", model: "exposure", formula: "N = max(0, O − (C + R))",
    text: "What is still owed after collateral and expected recovery." },
  leverage: { name: "Leverage", model: "exposure", formula: "O / A",
    text: "Debt over assets, where the tape states assets." },
  interest: { name: "Interest payment", model: "exposure", formula: "O × r / 100",
    text: "Interest a year on what is owed, at the mean rate weighted by principal." },
  "base-currency": { name: "Base currency",
    text: "The one currency of a dataset. Amounts in others are converted with the rates of the "
      + "version." },
} satisfies Record<string, TermText>;

const STRESS = {
  scenario: { name: "Scenario", model: "stress",
    text: "Four shocks that happen at once: interest rate in points, and collateral, recovery and "
      + "default risk in per cent." },
  shock: { name: "Shock", model: "stress",
    text: "A sudden change. −25 % on collateral leaves three quarters of its value; a shock on "
      + "rates is in points." },
  loss: { name: "Loss", model: "stress", formula: "L = max(0, N′ − N)",
    text: "How far net exposure rises under a scenario. Added interest is a cost beside it." },
  "default-risk-buffer": { name: "Default risk buffer", model: "stress", formula: "B = O × d",
    text: "A share of what is owed that is added to net exposure for further defaults. It is not a "
      + "model of default probabilities." },
  netting: { name: "Netting", model: "instrument-netting",
    text: "How collateral of one loan counts for another. Portfolio netting lets all collateral "
      + "cover all debt, which lenders usually cannot do, so it understates the loss where "
      + "collateral is uneven. Instrument netting lets a loan's collateral cover that loan alone." },
  "allocated-loss": { name: "Allocated loss", model: "instrument-netting",
    text: "A group's part of the portfolio's loss, in proportion to what the shocks take from the "
      + "group's own cover. The parts add up to the loss." },
  attribution: { name: "Attribution", model: "attribution",
    text: "The loss split over its causes by Shapley value: each driver's mean share over every "
      + "order in which the shocks could come. The parts add up to the loss." },
  "break-even": { name: "Break-even multiplier", model: "reverse-stress",
    formula: "the least k with L(k × shocks) ≥ line",
    text: "How many times a scenario must be applied until the loss reaches the line. Below 1 the "
      + "scenario is already worse than the line." },
  "reverse-stress": { name: "Reverse stress", model: "reverse-stress",
    text: "The question turned round: how hard a scenario must hit until a loss, a coverage or a "
      + "leverage is reached." },
  tornado: { name: "Tornado", model: "sensitivity",
    text: "Each shock of a scenario alone, at its half and its double, sorted by what it moves." },
  sensitivity: { name: "Sensitivity grid", model: "sensitivity",
    text: "The loss under every pair of two shocks, each over a range, the others as they are." },
  covenant: { name: "Covenant", model: "reverse-stress",
    text: "A limit that a loan contract sets, here on coverage or leverage. It is broken where the "
      + "stressed figure passes it." },
} satisfies Record<string, TermText>;

const JUDGED = {
  "materiality-line": { name: "Materiality line", model: "findings",
    formula: "max(1, O) × threshold",
    text: "The amount from which a figure counts as material: a share of what is owed, 20 % for "
      + "net exposure and 5 % for a loss unless a run says otherwise. A figure that equals the "
      + "line is material." },
  finding: { name: "Finding", model: "findings",
    text: "A recorded figure judged by its line. Every figure is judged, material or not." },
  "impact-score": { name: "Impact score", model: "findings", formula: "min(1, L / max(1, O))",
    text: "The figure as a share of what is owed, at most 1." },
  par: { name: "PAR30, PAR90", model: "kpis",
    text: "Portfolio at risk: the balance 30, or 90, days past due and more, as a share of what is "
      + "owed." },
  "days-past-due": { name: "Days past due",
    text: "Days since the oldest unpaid amount was due." },
  "roll-rate": { name: "Roll rate", model: "kpis",
    text: "The share of a days-past-due bucket that is found in each bucket of the next tape. Each "
      + "row adds up to 100 %." },
  stage: { name: "IFRS 9 stage",
    text: "How far credit risk has risen since a loan was made: 1 is as expected, 2 is risen "
      + "much, 3 is credit-impaired." },
} satisfies Record<string, TermText>;

const CREDIT = {
  pd: { name: "Probability of default (PD)", model: "credit-loss",
    text: "How likely a borrower stops paying within a year, as the tape states it." },
  lgd: { name: "Loss given default (LGD)", model: "credit-loss",
    text: "The part of the exposure that is lost when a borrower stops paying." },
  "expected-loss": { name: "Expected loss (EL)", model: "credit-loss",
    formula: "EL = Σ EAD × PD × LGD", text: "The mean of the losses over all paths, or years." },
  "unexpected-loss": { name: "Unexpected loss (UL)", model: "irb", formula: "VaR − EL",
    text: "What a bad year loses beyond the expected loss; capital is held for it." },
  "value-at-risk": { name: "Value at risk (VaR)", model: "credit-loss",
    text: "The loss that is not exceeded at a confidence: at 99 %, one path or day in a hundred "
      + "is worse." },
  "expected-shortfall": { name: "Expected shortfall (ES)", model: "credit-loss",
    text: "The mean of the losses beyond the value at risk: how bad the bad cases are." },
  vasicek: { name: "Vasicek model", model: "credit-loss",
    formula: "√ρ Z + √(1 − ρ) ε < Φ⁻¹(PD)",
    text: "Borrowers default together because one common factor, the economy, moves all of them. "
      + "The one-factor Gaussian copula, also behind the formulas of Basel." },
  correlation: { name: "Asset correlation", model: "irb",
    text: "How much a borrower's fate follows the common factor, ρ: at 0 borrowers default on "
      + "their own, at 1 all together." },
  "standard-error": { name: "Standard error", model: "credit-loss",
    text: "How far a simulated figure may be off by chance; four times the paths halve it." },
  irb: { name: "IRB", model: "irb", formula: "RWA = 12.5 × K × EAD",
    text: "The internal ratings-based approach of Basel: capital K from PD, LGD and maturity at "
      + "99.9 % confidence." },
  rwa: { name: "Risk-weighted assets (RWA)", model: "irb", formula: "RWA = 12.5 × K × EAD",
    text: "Exposure times its risk weight; the capital requirement is 8 % of it." },
  concentration: { name: "Concentration", model: "concentration",
    text: "How much of the book lies with few names or in few segments." },
  hhi: { name: "Herfindahl index (HHI)", model: "concentration", formula: "Σ share²",
    text: "1 where one name owes everything, near 0 where many owe alike." },
  "effective-number": { name: "Effective number", model: "concentration", formula: "1 / HHI",
    text: "As many names of equal size would be as concentrated." },
  gini: { name: "Gini coefficient", model: "concentration",
    text: "0 where all owe the same, near 1 where one owes nearly all." },
  dscr: { name: "Debt service coverage (DSCR)", model: "projection",
    formula: "(EBITDA′ / 12) / (interest + principal)",
    text: "What a borrower earns over what is due. Below 1 it does not earn its debt service." },
  "day-return": { name: "Day return", model: "value-at-risk",
    formula: "(NAV − flow − NAV before) / NAV before",
    text: "How the value changed in a day, without what was bought or sold." },
} satisfies Record<string, TermText>;

const RECORD = {
  dataset: { name: "Dataset", text: "A portfolio. Each tape loaded into it becomes a version." },
  version: { name: "Version", text: "One tape of a dataset, with its as-of date and content hash. "
    + "Once sealed it never changes; only sealed versions can be run." },
  "raw-record": { name: "Raw record", text: "A row as it was received." },
  "normalized-record": { name: "Normalized record",
    text: "The same row with known names, units and currency. The consolidated record is the sum "
      + "of all." },
  run: { name: "Run", text: "One calculation on one version with one set of parameters. The same "
    + "request always gives the same run and the same bytes." },
  evidence: { name: "Evidence", text: "A recorded result with the hash of its content. Equal "
    + "inputs give equal evidence, so runs share it." },
  checkpoint: { name: "Checkpoint", text: "The signed root of the evidence log at a size: whoever "
    + "kept one can tell whether anything before it was changed, moved or taken away." },
  "content-hash": { name: "Content hash", text: "The Merkle root over the hashes of all records "
    + "of a version: it changes when any of them does." },
  "canonical-json": { name: "Canonical JSON", text: "RFC 8785: members sorted, no white space, one "
    + "way to write each number. Equal content has one text, and so one hash." },
  "sha-256": { name: "SHA-256", text: "A fingerprint of 64 hexadecimal digits. Changing one digit "
    + "of the content changes it beyond recognition." },
  preview: { name: "Preview", text: "A figure calculated in the browser and not recorded. It has a "
    + "dashed edge and is never evidence." },
} satisfies Record<string, TermText>;

const KPIS = Object.fromEntries(KPI_NAMES.map((name) => [name, { name: KPI_FACTS[name].label,
  text: `${KPI_HINTS[name]}.`, model: "kpis" }])) as Record<KpiName, TermText>;

/** The glossary's parts, in its order. */
export const TERM_GROUPS = [
  { id: "terms-money", title: "What is owed and what covers it", terms: MONEY },
  { id: "terms-stress", title: "Stress", terms: STRESS },
  { id: "terms-credit", title: "Credit risk, capital and concentration", terms: CREDIT },
  { id: "terms-judged", title: "Judgement and indicators", terms: { ...JUDGED, ...KPIS } },
  { id: "terms-record", title: "Records and evidence", terms: RECORD },
] as const;

export type TermId = keyof typeof MONEY | keyof typeof STRESS | keyof typeof CREDIT
  | keyof typeof JUDGED | keyof typeof RECORD | KpiName;

/** Each word of the field with its one meaning. */
export const TERMS: Readonly<Record<TermId, TermText>> =
  { ...MONEY, ...STRESS, ...CREDIT, ...JUDGED, ...RECORD, ...KPIS };
