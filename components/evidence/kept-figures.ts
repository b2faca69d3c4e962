import { compactNumber, count, money, percentOf, plural } from "@/components/ui/format";
import { groupWord, groupWords } from "@/components/dataset/words";
import type { GroupColumn } from "@/lib/contract/facts";
import type { ResponseOf } from "@/lib/contract/operations";
import { DRIVERS, MULTIPLIER_LIMIT, SINGLE_NAME_LIMIT } from "@/lib/risk";
import type { FigureRow, FigureUnit } from "./formulas";

/** What an analysis says of itself, in words and figures. */
export interface AnalysisInWords {
  name: string;
  /** What it was asked, as a sentence. */
  asked: string;
  rows: FigureRow[];
}

type Members = Readonly<Record<string, unknown>>;
export type Requested = { request: Members; result: Members };
type Words = Omit<AnalysisInWords, "name">;

export function row(
  id: string, name: string, unit: FigureUnit, value: number | null, formula: string,
  more: { values?: string; reason?: string; isAnswer?: boolean } = {},
): FigureRow {
  const { values = "", reason = "It has no value", isAnswer } = more;
  return { id, name, formula, values, unit, value: value ?? Number.NaN,
    ...(value === null ? { reason } : {}), ...(isAnswer ? { isAnswer } : {}) };
}

/** Names of a sum that are written out; of more, how many there are. */
const WRITTEN = 3;

/** "a + b + c + 37 more" */
function sumText(parts: readonly string[], all: number): string {
  const shown = parts.slice(0, all > WRITTEN + 1 ? WRITTEN : all);
  const rest = all - shown.length;
  return [...shown, ...(rest > 0 ? [`${count(rest)} more`] : [])].join(" + ");
}

/** MODEL.md section 8, with the amounts and shares of the largest in it. */
export function concentrationWords({ request, result }: Requested): Words {
  const found = result as unknown as ResponseOf<"analyseConcentration">;
  const by = request["by"] as GroupColumn;
  const { count: n, total, largest, flagged, missing } = found;
  const reason = found.reason ?? "There is no amount over 0";
  const shares = largest.map(({ share }) => `${compactNumber(share, 6)}²`);
  const top = (names: "1" | "10" | "20"): FigureRow => {
    const held = largest.slice(0, Number(names)).reduceRight((sum, { value }) => sum + value, 0);
    return row(`top_${names}`, names === "1" ? "Largest" : `Largest ${names}`, "share",
      found.top[names], "What they owe / sum of x",
      { values: `${money(held)} / ${money(total)}`, reason });
  };
  return {
    asked: `How evenly what is owed is spread over ${groupWords(by)}: x is what one of them owes, `
      + "w its share.",
    rows: [
      row("count", "Names", "count", n, `${groupWord(by)} with an amount over 0`),
      row("total", "Outstanding", "amount", total, "Sum of x", { values:
        sumText(largest.map(({ value }) => money(value)), n) }),
      row("hhi", "Herfindahl index", "score", found.hhi, "HHI = sum of w²",
        { values: sumText(shares, n), reason, isAnswer: true }),
      row("effective_number", "Effective number", "score", found.effective_number, "1 / HHI",
        { values: found.hhi === null ? "" : `1 / ${compactNumber(found.hhi, 8)}`, reason }),
      row("gini", "Gini", "score", found.gini,
        "sum of (2 i − n − 1) × x / (n × sum of x), x rising, i its place",
        { values: `n = ${count(n)}, sum of x = ${money(total)}`, reason }),
      top("1"), top("10"), top("20"),
      row("flagged", "Above the single-name limit", "count", flagged.length,
        `w > ${percentOf(SINGLE_NAME_LIMIT, { decimals: 0 })}`, { values: flagged.map(
          ({ key, share }) => `${key ?? "Not given"} ${percentOf(share, { decimals: 2 })}`)
          .join(", ") }),
      ...(missing ? [row("missing", `Without ${groupWord(by).toLowerCase()}`, "share",
        missing.share, "What they owe / sum of x",
        { values: `${money(missing.value)} / ${money(total)}`, reason })] : []),
    ],
  };
}

/** MODEL.md section 5. */
export function attributionWords({ result }: Requested): Words {
  const found = result as unknown as ResponseOf<"analyseAttribution">;
  const names = { collateral: "Collateral", recovery: "Recoveries", default: "Default risk" };
  return {
    asked: "What each shock adds to the loss: the mean over all orders in which they may come.",
    rows: [
      row("net_exposure_after_recovery", "Net exposure before", "amount",
        found.net_exposure_after_recovery, "N"),
      ...DRIVERS.map((driver) => row(driver, names[driver], "amount", found.drivers[driver],
        "Mean over 6 orders of L(with the shock) − L(without it)")),
      row("loss_estimate", "Loss", "amount", found.loss_estimate, "Sum of the parts", { values:
        DRIVERS.map((driver) => money(found.drivers[driver])).join(" + "), isAnswer: true }),
      row("added_interest", "Added interest per year", "amount", found.added_interest,
        "O × Δr / 100, beside the loss"),
    ],
  };
}

/** MODEL.md section 6. */
export function reverseWords({ result }: Requested): Words {
  const found = result as unknown as ResponseOf<"analyseReverseStress">;
  const reason = "The target is not reached";
  return {
    asked: `How many times the shocks reach the target, from 0 to ${MULTIPLIER_LIMIT}.`,
    rows: [
      row("multiplier", "Multiplier", "ratio", found.multiplier,
        "Smallest k at which k × shocks reach the target", { reason, isAnswer: true }),
      row("loss_at_multiplier", "Loss there", "amount", found.loss_at_multiplier, "L(k × shocks)",
        { reason, values: found.multiplier === null ? ""
          : `L(${compactNumber(found.multiplier, 6)} × shocks)` }),
      row("max_loss", "Largest loss", "amount", found.max_loss,
        `Largest L(k × shocks), k from 0 to ${MULTIPLIER_LIMIT}`),
    ],
  };
}

/** MODEL.md section 7. */
export function creditLossWords({ result }: Requested): Words {
  const found = result as unknown as ResponseOf<"analyseCreditLoss">;
  const isSimulated = found.paths > 0;
  const error = (amount: number): string => isSimulated ? `Standard error ${money(amount)}` : "";
  return {
    asked: `${plural(found.obligors, "obligor")}, ${isSimulated
      ? `simulated on ${plural(found.paths, "path")} from seed ${found.seed}`
      : "as if infinitely granular"}.`,
    rows: [
      row("exposure_at_default", "Exposure at default", "amount", found.exposure_at_default,
        "Sum of EAD"),
      row("expected_loss", "Expected loss", "amount", found.expected_loss, isSimulated
        ? "Mean of the paths' losses" : "Sum of PD × LGD × EAD", { values: isSimulated
        ? `Sum of PD × LGD × EAD is ${money(found.exact_expected_loss)}` : "" }),
      row("standard_deviation", "Standard deviation", "amount", found.standard_deviation,
        isSimulated ? "Of the paths' losses" : "Of the loss given the factor",
        { values: error(found.standard_deviation_standard_error) }),
      ...found.quantiles.flatMap(({ q, var: value, es, standard_error: own,
        es_standard_error: ofMean }) => [
        row(`var_${q}`, `VaR ${compactNumber(q * 100, 1)} %`, "amount", value, isSimulated
          ? "Quantile of the paths' losses"
          : "Sum of EAD × LGD × Φ((Φ⁻¹(PD) + √ρ Φ⁻¹(q)) / √(1 − ρ))",
        { values: error(own), isAnswer: q === 0.999 }),
        row(`es_${q}`, `Expected shortfall ${compactNumber(q * 100, 1)} %`, "amount", es,
          "Mean loss beyond VaR", { values: error(ofMean) }),
      ]),
    ],
  };
}
