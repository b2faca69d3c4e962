import type { ReactNode } from "react";
import Link from "next/link";
import { Card } from "@/components/ui/card";

interface Term {
  id: string;
  name: string;
  text: ReactNode;
}

const model = (section: string, text: string) =>
  <Link href={`/docs/model#${section}`}>{text}</Link>;

const MONEY: readonly Term[] = [
  { id: "exposure-at-default", name: "Exposure at default",
    text: <>What is owed when the borrower stops paying. Here it is the outstanding principal, O;
      accrued interest and guarantees are shown and not added.</> },
  { id: "outstanding", name: "Outstanding", text: <>The sum of principal of every instrument in the
    version, in base currency. See {model("exposure", "the formulas")}.</> },
  { id: "collateral", name: "Collateral", text: <>What could be sold if a borrower does not pay, at
    the value stated in the tape, C.</> },
  { id: "shortfall", name: "Shortfall", text: <>What is owed beyond the collateral:
    max(O − C, 0). Expected recovery is not deducted.</> },
  { id: "coverage", name: "Coverage", text: <>Collateral as a share of what is owed, C / O. Above
    100 % there is more collateral than debt.</> },
  { id: "distressed-asset", name: "Distressed asset", text: <>An asset that is being worked out. It
    brings its value times its recovery rate.</> },
  { id: "recovery-rate", name: "Recovery rate", text: <>The part of a distressed asset&apos;s value
    that is expected back, in per cent.</> },
  { id: "net-exposure", name: "Net exposure", text: <>What is still owed after collateral and expected
    recovery, N = max(0, O − (C + R)).</> },
  { id: "leverage", name: "Leverage", text: <>Debt over assets, O / A, where the tape states
    assets.</> },
  { id: "base-currency", name: "Base currency", text: <>The one currency of a dataset. Amounts in
    others are converted with the rates of the version.</> },
];

const STRESS: readonly Term[] = [
  { id: "scenario", name: "Scenario", text: <>Four shocks that happen at once: interest rate in
    points, and collateral, recovery and default risk in per cent.</> },
  { id: "shock", name: "Shock", text: <>A sudden change. −25 % on collateral leaves three quarters of
    its value; a shock on rates is in points.</> },
  { id: "loss", name: "Loss", text: <>How far net exposure rises under a scenario, L = max(0, N′ − N).
    Added interest is a cost beside it. See {model("stress", "the formulas")}.</> },
  { id: "default-risk-buffer", name: "Default risk buffer", text: <>A share of what is owed that is
    added to net exposure for further defaults. It is not a model of default
    probabilities.</> },
  { id: "netting", name: "Netting", text: <>How collateral of one loan counts for another.
    Portfolio netting lets all collateral cover all debt, which lenders usually cannot do, so it
    understates the loss where collateral is uneven. Instrument netting lets a loan&apos;s
    collateral cover that loan alone.</> },
  { id: "attribution", name: "Attribution", text: <>The loss split over its causes by Shapley value:
    each driver&apos;s mean share over every order in which the shocks could come. The parts add up
    to the loss. See {model("attribution", "the formulas")}.</> },
  { id: "break-even", name: "Break-even multiplier", text: <>How many times a scenario must be applied
    until the loss reaches the line. Below 1 the scenario is already worse than the line.</> },
  { id: "tornado", name: "Tornado", text: <>Each shock of a scenario alone, at its half and its double,
    sorted by what it moves.</> },
];

const JUDGED: readonly Term[] = [
  { id: "materiality-line", name: "Materiality line", text: <>The amount from which a figure counts as
    material: a share of what is owed, 20 % for net exposure and 5 % for a loss unless a run says
    otherwise. A figure that equals the line is material.</> },
  { id: "finding", name: "Finding", text: <>A recorded figure judged by its line. Every figure is
    judged, material or not.</> },
  { id: "impact-score", name: "Impact score", text: <>The figure as a share of what is owed, at
    most 1.</> },
  { id: "par", name: "PAR30, PAR90", text: <>Portfolio at risk: the balance more than 30, or 90 and more,
    days past due as a share of all receivables.</> },
  { id: "days-past-due", name: "Days past due", text: <>Days since the oldest unpaid amount was
    due.</> },
];

const RECORD: readonly Term[] = [
  { id: "dataset", name: "Dataset", text: <>A portfolio. Each tape loaded into it becomes a
    version.</> },
  { id: "version", name: "Version", text: <>One tape of a dataset, with its as-of date and content hash.
    Once sealed it never changes; only sealed versions can be run.</> },
  { id: "raw-record", name: "Raw record", text: <>A row as it was received.</> },
  { id: "normalized-record", name: "Normalized record", text: <>The same row with known names, units and
    currency. The consolidated record is the sum of all.</> },
  { id: "run", name: "Run", text: <>One calculation on one version with one set of parameters. The same
    request always gives the same run and the same bytes.</> },
  { id: "evidence", name: "Evidence", text: <>A recorded result with the hash of its content. Equal inputs
    give equal evidence, so runs share it.</> },
  { id: "canonical-json", name: "Canonical JSON", text: <>RFC 8785: members sorted, no white space, one
    way to write each number. Equal content has one text, and so one hash.</> },
  { id: "sha-256", name: "SHA-256", text: <>A fingerprint of 64 hexadecimal digits. Changing one digit of
    the content changes it beyond recognition.</> },
  { id: "preview", name: "Preview", text: <>A figure calculated in the browser and not recorded. It has a
    dashed edge and is never evidence.</> },
];

function Terms({ id, title, terms }: { id: string; title: string; terms: readonly Term[] }) {
  return (
    <Card id={id} title={title} className="c6">
      <dl className="terms">
        {terms.map((term) => (
          <div key={term.id} id={term.id}>
            <dt><a href={`#${term.id}`}>{term.name}</a></dt>
            <dd>{term.text}</dd>
          </div>
        ))}
      </dl>
    </Card>
  );
}

export function Glossary() {
  return (
    <div className="grid">
      <Terms id="terms-money" title="What is owed and what covers it" terms={MONEY} />
      <Terms id="terms-stress" title="Stress" terms={STRESS} />
      <Terms id="terms-record" title="Records and evidence" terms={RECORD} />
      <Terms id="terms-judged" title="Judgement and indicators" terms={JUDGED} />
    </div>
  );
}
