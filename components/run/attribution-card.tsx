"use client";

import type { ReactNode } from "react";
import { AttributionWaterfall } from "@/components/chart/attribution-waterfall";
import type { MoneyScale } from "@/components/ui/format";
import { DRIVER_LABELS } from "@/components/workbench/words";
import { attributionTitle } from "@/components/workbench/titles";
import { DRIVERS } from "@/lib/risk";
import type { Attribution } from "@/lib/risk";

/** Why a scenario loses what it loses: net exposure before and after, by driver. */
export function AttributionCard({ attribution, scenarioId, scale, foot, ...rest }: {
  id: string;
  attribution: Attribution;
  scenarioId: string;
  scale: MoneyScale;
  sub?: string;
  className?: string | undefined;
  preview?: boolean;
  selectedId?: string | null;
  onSelect?: (step: string) => void;
  /** A figure of the table with where it comes from. */
  figure?: (step: string, text: string) => ReactNode;
  /** Beside the sentence on interest. */
  foot?: ReactNode;
}) {
  const net = attribution.net_exposure_after_recovery;
  return (
    <AttributionWaterfall
      sub="Net exposure, before and after, by driver"
      {...rest}
      title={attributionTitle(attribution, scenarioId)}
      subject="attribution"
      terms={["attribution", "net-exposure"]}
      base={{ amount: net }}
      drivers={DRIVERS.map((driver) => ({
        id: driver, label: DRIVER_LABELS[driver], amount: attribution.drivers[driver],
      }))}
      result={{ amount: net + attribution.loss_estimate }}
      scale={scale}
      foot={<><Interest amount={attribution.added_interest} scale={scale}
        preview={rest.preview ?? false} />{foot}</>}
    />
  );
}

function Interest({ amount, scale, preview }: {
  amount: number; scale: MoneyScale; preview: boolean;
}) {
  if (amount === 0) return <span>The interest rate does not move.</span>;
  return (
    <span>
      Beside the loss: interest {amount < 0 ? "falls" : "rises"} by{" "}
      <b className={preview ? "pv-num" : undefined}>{scale.format(Math.abs(amount))}</b>
      {" "}a year. That is cost, not loss.
    </span>
  );
}
