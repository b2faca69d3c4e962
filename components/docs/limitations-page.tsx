"use client";

import Link from "next/link";
import type { ReactNode } from "react";
import { Card } from "@/components/ui/card";
import { DocsPage } from "./docs-page";
import { LiveCard } from "./model/live-card";
import { HIDDEN_LOSS, INTEREST_SHOCK } from "./model/limitation-examples";

interface Limitation { id: string; title: string; text: ReactNode; instead: ReactNode }

const model = (anchor: string, text: string) => <Link href={`/docs/model#${anchor}`}>{text}</Link>;

const LIMITATIONS: readonly Limitation[] = [
  { id: "static-balance", title: "The balance stands still",
    text: <>A shock hits all at once and only once. Nobody repays, draws, sells, refinances or is
      enforced against meanwhile, and there is no new business. Second-round effects (forced sales,
      funding that dries up) are not in the loss.</>,
    instead: <>Read the loss as an instantaneous one. Cash over months needs a projection.</> },
  { id: "default-buffer", title: "The buffer is no probability of default",
    text: <>B = O × d adds a share of what is owed, whoever owes it. It knows no rating, arrears or
      loss given default, and it is added on top of a shortfall that may already contain the same
      loans.</>,
    instead: <>Where the tape states PD and LGD, the credit-loss distribution uses them. The buffer
      is part of {model("stress", "the stress formulas")}.</> },
  { id: "correlation", title: "Everything falls together",
    text: <>One market impact moves all collateral and all distressed assets, one degradation all
      recoveries. There is no diversification between regions or sectors, and no correlation is
      estimated. Shocks that differ by segment have to be given, they are not found.</>,
    instead: <>Give segments their own shocks, and look at {model("sensitivity",
      "each shock alone")}.</> },
  { id: "no-forecast", title: "A scenario is no forecast",
    text: <>Scenarios say what would be lost if, never how likely that is. The default ones are
      round numbers of the product, not calibrated to any market or year, and no regulator has
      approved them.</>,
    instead: <>Use your own scenarios and say where they come from; {model("reverse-stress",
      "a reverse stress")} says how far is too far.</> },
  { id: "collateral-value", title: "Collateral counts at its stated value",
    text: <>The value in the tape is taken as it is: no age of the appraisal, cost or time of
      enforcement, or forced-sale discount. Guarantees and accrued interest are shown and not
      added.</>,
    instead: <>Put a haircut into the market impact, or map a discounted value.</> },
  { id: "rounding", title: "Rounding",
    text: <>Each amount is rounded once to 1/10,000 of the currency unit when it enters; sums are
      exact, so row order, number of workers and machine change no bit. Figures are float64: beyond
      about 900 billion a cent can no longer be told apart. Screens show fewer digits than are
      kept.</>,
    instead: <>Compare hashes, not rounded figures: equal content has one hash.</> },
  { id: "data-gaps", title: "Gaps in the data",
    text: <>A missing rate counts as 0 and a missing recovery rate as 0, with a warning; a missing
      collateral is no collateral; a loan of 0 or less is skipped. Rows that cannot be read are
      rejected and in no figure. A version may be sealed with both.</>,
    instead: <>Read the version&apos;s quality report and the run&apos;s warnings before the
      loss.</> },
  { id: "groups", title: "Groups do not net",
    text: <>Net exposure and loss belong to the whole portfolio. What a segment is given is its
      allocated part; alone, or in another portfolio, it would lose something else.</>,
    instead: <>Use netting by instrument where segments must stand alone, see {model(
      "instrument-netting", "the formulas")}.</> },
];

export function LimitationsPage() {
  return (
    <DocsPage current="/docs/limitations" title="Limitations"
      sub="What the figures do not say. Read this before a decision rests on them.">
      <div className="grid">
        <LiveCard section={HIDDEN_LOSS}
          more={{ href: "/docs/model#instrument-netting", label: "All formulas of both nettings" }} />
        <LiveCard section={INTEREST_SHOCK}
          more={{ href: "/docs/model#stress", label: "All formulas of a stress" }} />
        {LIMITATIONS.map(({ id, title, text, instead }) => (
          <Card key={id} id={id} title={title} className="c6">
            <div className="docs-text">
              <p>{text}</p>
              <p><strong>What to do.</strong> {instead}</p>
            </div>
          </Card>
        ))}
      </div>
    </DocsPage>
  );
}
