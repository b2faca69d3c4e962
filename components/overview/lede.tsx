import { percentOf, ratio } from "@/components/ui/format";
import type { MoneyScale } from "@/components/ui/format";
import type { Exposure } from "@/components/dataset/types";
import type { StressBasis } from "./stress-basis";

export interface LedeProps {
  exposure: Exposure;
  basis: StressBasis;
  scale: MoneyScale;
}

const times = (value: number): string => ratio(value, { decimals: 1 }).replace(" ×", " times");

/** "25.9 % of what is owed and 5.2 times the materiality line" */
function weight({ exposure, basis, scale }: LedeProps, loss: number): string {
  const owed = exposure.total_outstanding;
  const share = owed > 0 ? `${percentOf(loss / owed)} of what is owed` : "with nothing owed";
  if (basis.lossLine <= 0) return share;
  const line = loss >= basis.lossLine
    ? ` and ${times(loss / basis.lossLine)} the materiality line`
    : `, below the materiality line of ${scale.format(basis.lossLine)}`;
  return `${share}${line}`;
}

/** The answer of the page in two sentences. */
export function Lede(props: LedeProps) {
  const { exposure, basis, scale } = props;
  const { worst, run } = basis;
  const net = exposure.net_exposure_after_recovery;
  const side = net >= basis.netLine ? "above" : "below";
  return (
    <p className="lede">
      {worst && worst.loss > 0 ? (
        <>
          <b>{run ? "" : "Preview: "}{worst.name} would cost {scale.inWords(worst.loss)}</b>
          {`, ${weight(props, worst.loss)}. `}
        </>
      ) : <><b>No scenario loses anything.</b>{" "}</>}
      Today’s net exposure is {scale.format(net)}, {side} its line
      of {scale.format(basis.netLine)}.
    </p>
  );
}
