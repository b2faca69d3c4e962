import { date, money, percentOf, plural } from "@/components/ui/format";
import type { ResponseOf } from "@/lib/contract/operations";
import type { FigureRow } from "./formulas";
import {
  attributionWords, concentrationWords, creditLossWords, reverseWords, row,
  type AnalysisInWords, type Requested,
} from "./kept-figures";
import { isMembers } from "./payload";

const NAMES: Readonly<Record<string, string>> = {
  attribution: "Attribution of a loss", sensitivity: "Sensitivity",
  "reverse-stress": "Reverse stress", concentration: "Concentration",
  "credit-loss": "Credit-loss distribution", stress: "Stress by group", irb: "IRB capital",
  projection: "Projection of a borrower", "value-at-risk": "Value at risk",
  "run-group": "A group of a run", "run-instruments": "Instruments of a run",
};

/** The analysis that a record holds, by its name; null where it holds none. */
export function analysisName(payload: unknown): string | null {
  const name = isMembers(payload) ? payload["analysis"] : null;
  return typeof name === "string" ? NAMES[name] ?? name : null;
}

const OWN_FIGURES = "The figures it rests on were given with the request";

function irbWords({ request, result }: Requested): Omit<AnalysisInWords, "name"> {
  const { totals } = result as unknown as ResponseOf<"analyseIrb">;
  const count = (request["exposures"] as readonly unknown[]).length;
  const perEad = totals.ead > 0
    ? `${percentOf(totals.capital / totals.ead, { decimals: 2 })} of EAD` : "";
  return {
    asked: `${OWN_FIGURES}: ${plural(count, "exposure")}.`,
    rows: [
      row("ead", "Exposure at default", "amount", totals.ead, "Sum of EAD"),
      row("rwa", "Risk-weighted assets", "amount", totals.rwa, "Sum of 12.5 × K × EAD"),
      row("capital", "Capital requirement", "amount", totals.capital, "Sum of K × EAD",
        { values: perEad, isAnswer: true }),
      row("risk_weight", "Mean risk weight", "share", totals.risk_weight, "RWA / EAD",
        { reason: "There is no exposure" }),
      row("expected_loss", "Expected loss", "amount", totals.expected_loss,
        "Sum of PD × LGD × EAD, or the best estimate of what has defaulted"),
    ],
  };
}

function projectionWords({ request, result }: Requested): Omit<AnalysisInWords, "name"> {
  const { summary, months } = result as unknown as ResponseOf<"analyseProjection">;
  const due = { reason: "Nothing is due" };
  const debts = (request["debt_schedule"] as readonly unknown[]).length;
  return {
    asked: `${OWN_FIGURES}: one borrower with ${plural(debts, "debt")}, ${
      plural(months.length, "month")} from ${date(String(request["start"]))}.`,
    rows: [
      row("min_dscr", "Lowest DSCR", "ratio", summary.min_dscr,
        "Least of EBITDA of the month / (interest + principal)", { ...due, isAnswer: true }),
      row("average_dscr", "Average DSCR", "ratio", summary.average_dscr,
        "Mean over the months in which something is due", due),
      row("peak_shortfall", "Largest shortfall", "amount", summary.peak_shortfall,
        "Largest amount by which cash is below 0", { values: summary.first_shortfall === null
          ? "Cash is never short" : `First in the month to ${date(summary.first_shortfall)}` }),
      row("total_shortfall", "Shortfalls together", "amount", summary.total_shortfall,
        "Sum over the months"),
      row("cash", "Cash at the end", "amount", months.at(-1)?.cash ?? null,
        "Opening cash + all cash flows, which are after debt service"),
    ],
  };
}

function varWords({ result }: Requested): Omit<AnalysisInWords, "name"> {
  const risk = result as unknown as ResponseOf<"analyseValueAtRisk">;
  const amount = (q: "0.95" | "0.99"): FigureRow => {
    const { limit, level, reason } = risk.levels[q];
    return row(q, `Value at risk ${Number(q) * 100} %, a day`, "amount", risk.var[q],
      "Empirical quantile of day returns × value", { values: `Limit ${money(limit)}: ${level}`,
        ...(reason === null ? {} : { reason }), isAnswer: q === "0.99" });
  };
  const guard = (id: "day" | "month_to_date", name: string, value: number | null): FigureRow => {
    const { level, reason } = risk.levels[id];
    return row(id, name, "share", value, "(value - flows - value before) / value before",
      { values: `Guard: ${level}`, ...(reason === null ? {} : { reason }) });
  };
  return {
    asked: `${OWN_FIGURES}: ${plural(risk.observations, "day return")} until ${date(risk.date)}.`,
    rows: [amount("0.95"), amount("0.99"), guard("day", "Last day", risk.day_return),
      guard("month_to_date", "Month to date", risk.month_to_date)],
  };
}

const WORDS: Readonly<Record<string, (kept: Requested) => Omit<AnalysisInWords, "name">>> = {
  irb: irbWords, projection: projectionWords, "value-at-risk": varWords,
  concentration: concentrationWords, attribution: attributionWords,
  "reverse-stress": reverseWords, "credit-loss": creditLossWords,
};

/** A kept analysis in words; null for what has none, and for content that is not one any more. */
export function analysisInWords(payload: unknown): AnalysisInWords | null {
  if (!isMembers(payload)) return null;
  const { analysis, request, result } = payload;
  if (typeof analysis !== "string" || !isMembers(request) || !isMembers(result)) return null;
  const words = Object.hasOwn(WORDS, analysis) ? WORDS[analysis] : undefined;
  try {
    return words ? { name: NAMES[analysis] ?? analysis, ...words({ request, result }) } : null;
  } catch (error) {
    // What was changed behind the guards has only its content to show, which does not verify.
    if (error instanceof TypeError) return null;
    throw error;
  }
}
