import { parseNumberText, typedError } from "@/components/ui/number-text";
import { scenarioIdOf, SHOCK_LABELS, shownShock, storedShock } from "@/components/workbench/words";
import { DESCRIPTION_LIMIT, NO_SHOCKS, PARAMETER_BOUNDS, SHOCK_NAMES } from "@/lib/risk";
import type { Scenario, Shocks } from "@/lib/risk";
import { cellRows, separatorOf } from "./pasted-cells";

/** A row of a spreadsheet as a scenario; `name` is as it was written. */
export interface PastedScenario { name: string; scenario: Scenario }

export interface PasteProblem { line: number; message: string }

export interface Pasted {
  scenarios: readonly PastedScenario[];
  problems: readonly PasteProblem[];
  /** Shocks between -1 % and +1 % without a per cent sign: fractions may have been meant. */
  looksLikeFractions: boolean;
}

type Column = "name" | "description" | keyof Shocks;

/** Where no head says otherwise. */
export const PASTE_ORDER: readonly Column[] = ["name", ...SHOCK_NAMES, "description"];

const HEADS: readonly (readonly [RegExp, Column])[] = [
  [/^(scenario|name|scenario_?id|id)$/, "name"],
  [/^(interest|interest rate|rate|rates|interest_rate_delta_pct)$/, "interest_rate_delta_pct"],
  [/^(collateral|collat|collateral_market_impact_pct)$/, "collateral_market_impact_pct"],
  [/^(recover(y|ies)|recov|recovery_degradation_pct)$/, "recovery_degradation_pct"],
  [/^(default|default risk|default_risk_increment_pct)$/, "default_risk_increment_pct"],
  [/^(description|comment|note)$/, "description"],
];

/** "Collateral (%)" is the column of collateral. */
function columnOf(cell: string): Column | null {
  const bare = cell.toLowerCase().replace(/[([].*$|[,:%].*$/, "").replace(/\.$/, "").trim();
  return HEADS.find(([head]) => head.test(bare))?.[1] ?? null;
}

/** The columns that the first line names; null where it is a scenario itself. */
function headOf(cells: readonly string[]): (Column | null)[] | null {
  const columns = cells.map(columnOf);
  return columns.filter((column) => column !== null).length >= 2 ? columns : null;
}

/** A number as bookkeepers format it: "(25 %)" is below zero, and a dash alone is none. */
const plainNumber = (cell: string): string => /^[-\u2212\u2013]$/.test(cell) ? ""
  : cell.replace(/^\(([^()]+)\)\s*(%?)$/, "-$1$2");

function shockOf(name: keyof Shocks, cell: string): number | string {
  const typed = parseNumberText(plainNumber(cell));
  if (typed.kind === "empty") return 0;
  const { low, high } = PARAMETER_BOUNDS[name];
  const wrong = typedError(cell, typed, { label: SHOCK_LABELS[name], shock: true,
    min: shownShock(name, low), max: shownShock(name, high),
    unit: name === "interest_rate_delta_pct" ? "pts" : "%" });
  if (wrong !== null) return wrong;
  return typed.kind === "number" ? storedShock(name, typed.value)
    : `${SHOCK_LABELS[name]} needs a number. The cell says ${cell}.`;
}

function rowOf(cells: readonly string[], columns: readonly (Column | null)[]):
PastedScenario | string[] {
  const at = (column: Column): string => cells[columns.indexOf(column)] ?? "";
  const name = at("name");
  const id = scenarioIdOf(name);
  const problems = id === "" ? ["The name needs a letter from A to Z or a digit, for the id."] : [];
  const shocks: Shocks = { ...NO_SHOCKS };
  for (const shock of SHOCK_NAMES) {
    const value = columns.includes(shock) ? shockOf(shock, at(shock)) : 0;
    if (typeof value === "string") problems.push(value);
    else shocks[shock] = value;
  }
  const description = at("description");
  if (description.length > DESCRIPTION_LIMIT) {
    problems.push(`The description is longer than ${DESCRIPTION_LIMIT} characters.`);
  }
  return problems.length > 0 ? problems
    : { name, scenario: { scenario_id: id, description, ...shocks } };
}

/** A shock that is small and bare of a sign that says in which unit it is. */
const isFraction = (shock: keyof Shocks, cell: string): boolean => {
  const typed = parseNumberText(plainNumber(cell));
  return shock !== "interest_rate_delta_pct" && !cell.includes("%") && typed.kind === "number"
    && typed.value !== 0 && Math.abs(typed.value) < 1;
};

/**
 * Scenarios out of cells that were copied from a spreadsheet or a CSV file: one a row, in the order
 * that the first row names, else in `PASTE_ORDER`. Points for the rate, per cent for the other
 * shocks; an empty cell is no shock. A row of one cell is no scenario: nothing parts its cells.
 */
export function readPasted(text: string): Pasted {
  const plain = text.replace(/\r\n?/g, "\n");
  const rows = cellRows(plain, separatorOf(plain, (cells) => headOf(cells) !== null));
  const [first] = rows;
  const head = first ? headOf(first.cells) : null;
  const columns = head ?? PASTE_ORDER;
  const scenarios: PastedScenario[] = [];
  const problems: PasteProblem[] = [];
  const seen = new Map<string, { line: number; name: string }>();
  let looksLikeFractions = false;
  if (head && !head.includes("name")) {
    return { scenarios, looksLikeFractions, problems: [
      { line: 1, message: "No column is named Scenario or Name." }] };
  }
  for (const { line, cells } of rows.slice(head ? 1 : 0)) {
    const row = cells.length === 1 ? [ONE_CELL] : rowOf(cells, columns);
    if (isProblems(row)) {
      problems.push(...row.map((message) => ({ line, message })));
      continue;
    }
    const { name, scenario: { scenario_id: id } } = row;
    const before = seen.get(id);
    if (before !== undefined) {
      problems.push({ line, message: before.name === name
        ? `${name} stands in line ${before.line} already.`
        : `The name gives the id ${id}, as that in line ${before.line} does.` });
      continue;
    }
    seen.set(id, { line, name });
    scenarios.push(row);
    looksLikeFractions ||= SHOCK_NAMES.some((shock) =>
      columns.includes(shock) && isFraction(shock, cells[columns.indexOf(shock)] ?? ""));
  }
  return { scenarios, problems, looksLikeFractions };
}

const ONE_CELL = "This is one cell: put tabs between the cells, as a spreadsheet copies them, or " +
  "semicolons.";

const isProblems = (row: PastedScenario | string[]): row is string[] => Array.isArray(row);
