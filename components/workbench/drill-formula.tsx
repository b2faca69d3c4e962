"use client";

import { Formula } from "@/components/ui/figure";
import { money } from "@/components/ui/format";
import { addedInterest } from "@/lib/risk";
import type { Stake } from "@/lib/risk";
import { driverOf, isLoss, segmentLabel } from "./drill";
import type { Segments } from "./drill";
import type { ChosenRecord } from "./drill-proof";
import type { DrillState } from "./drill-state";
import { allocationFormula, stakeFormula, totalFormula } from "./formula";
import { payloadStake, portfolioItems } from "./payload";

/** What the chosen instrument, or part of a portfolio record, has at stake. */
function chosenStake(record: ChosenRecord): Stake | null {
  const payload = record.answer.data?.normalized?.payload;
  if (!record.chosen || payload === undefined) return null;
  const { part } = record.chosen;
  if (part === "") return payloadStake(payload);
  return portfolioItems(payload).find((item) => item.id === part)?.stake ?? null;
}

function chosenName(record: ChosenRecord): string {
  const payload = record.answer.data?.normalized?.payload;
  const { part } = record.chosen ?? { part: "" };
  if (part !== "") {
    return portfolioItems(payload).find((item) => item.id === part)?.label ?? "the chosen part";
  }
  const id = (payload as { instrument_id?: unknown } | null | undefined)?.instrument_id;
  return typeof id === "string" ? id : "the chosen instrument";
}

export function formulaNote(drill: DrillState, record: ChosenRecord): string {
  const currency = drill.version.base_currency;
  if (chosenStake(record)) return `${chosenName(record)}, ${currency}`;
  if (drill.segment !== null) return `${segmentLabel(drill.segment, drill.group)}, ${currency}`;
  return `whole version, ${currency}`;
}

export function FormulaStep({ drill, record, segments }: {
  drill: DrillState; record: ChosenRecord; segments: Segments | null;
}) {
  const { figure, basis, view, row, amount } = drill;
  const stake = chosenStake(record);
  if (stake) return <Formula {...stakeFormula(figure, stake, basis)} />;
  const segment = segments?.items.find((item) => item.key === drill.segment);
  if (segments && segment) {
    return (
      <>
        <Formula {...stakeFormula(figure, segment.stake, basis)} />
        {isLoss(figure) && segments.absorbed !== 0 ? (
          <Formula {...allocationFormula(segment, segments.ownTotal, amount)} />
        ) : null}
      </>
    );
  }
  const interest = row ? addedInterest(view.exposure, row.scenario) : 0;
  return (
    <>
      <Formula {...totalFormula(figure, view, row?.stress ?? null, amount)} />
      {driverOf(figure) && amount < 0 ? (
        <p className="hint">This driver lowers the loss, so it is not shared out.</p>
      ) : null}
      {figure === "loss" && interest !== 0 ? (
        <p className="hint">
          Beside the loss, interest changes by {money(interest, { plus: true })} a year.
        </p>
      ) : null}
    </>
  );
}
