import type { Section } from "./model";

/** The words of a report, each with its one meaning; the pages' glossary says more. */
const TERMS: readonly (readonly [term: string, meaning: string])[] = [
  ["Outstanding", "The sum of principal of every instrument in the version, in base currency (O)."],
  ["Collateral", "What could be sold if a borrower does not pay, at the value stated in the tape (C)."],
  ["Shortfall", "What is owed beyond the collateral, max(O - C, 0). Recovery is not deducted."],
  ["Coverage ratio", "Collateral as a share of what is owed, C / O."],
  ["Distressed asset recovery", "The value of assets that are being worked out times their " +
    "recovery rates (R)."],
  ["Net exposure", "What is still owed after collateral and expected recovery, N = max(0, O - (C + R))."],
  ["Scenario", "Four shocks at once: interest rate in points; collateral, recovery and default " +
    "risk as shares."],
  ["Loss", "How far net exposure rises under a scenario, max(0, N' - N). Added interest is a cost " +
    "beside it."],
  ["Default risk buffer", "A share of what is owed that is added to net exposure for further " +
    "defaults; no model of default probabilities."],
  ["Netting", "Portfolio: all collateral covers all debt. Instrument: a loan's collateral covers " +
    "that loan alone."],
  ["Materiality line", "The share of outstanding from which a net exposure or a loss is a material " +
    "finding."],
  ["Impact score", "The loss as a share of what is owed, at most 1."],
  ["Shapley value", "A driver's mean share of the loss over every order in which the shocks could " +
    "come; the shares add up to the loss."],
  ["Evidence", "A recorded figure with its id and the SHA-256 of its content."],
  ["Content hash", "The Merkle root over the hashes of all records of the dataset version."],
  ["Sign-off", "A run prepared, reviewed and approved by three different people."],
];

export const glossarySection = (): Section => ({
  title: "Glossary",
  table: { columns: [{ key: "term", label: "Term", type: "text", weight: 0.6 },
    { key: "meaning", label: "Meaning", type: "text", weight: 3 }],
  rows: TERMS.map(([term, meaning]) => [term, meaning]) },
});
