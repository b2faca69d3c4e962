import { csvText, type CsvCell } from "@/components/chart/csv";
import type { NormalizedRecord } from "@/lib/kernel/record";
import type { Netted, Scenario, WhatIfChange } from "@/lib/risk";
import { scenarioName } from "@/lib/risk/scenario-name";
import { portfolioItems } from "./payload";

/** Facts that a what-if may change, as they stand in the tape; null where the thing has none. */
export interface ChangedItem {
  key: string;
  label: string;
  record: NormalizedRecord;
  part: string;
  change: WhatIfChange;
  actual: { [F in Fact]: number | null };
}

export const FACTS = {
  collateral_value: { label: "Collateral", unit: undefined, max: 9e14, step: 1000 },
  interest_rate_pct: { label: "Rate", unit: "%", max: 1000, step: 0.25 },
  recovery_rate_pct: { label: "Recovery rate", unit: "%", max: 1000, step: 1 },
} as const;
export type Fact = keyof typeof FACTS;
export const FACT_NAMES = Object.keys(FACTS) as Fact[];

type Members = Record<string, unknown>;

const factsOf = (entry: Members, isAsset: boolean): ChangedItem["actual"] => {
  const at = (name: string): number => typeof entry[name] === "number" ? entry[name] : 0;
  return isAsset
    ? { collateral_value: null, interest_rate_pct: null, recovery_rate_pct: at("recovery_rate_pct") }
    : { collateral_value: at("collateral_value"), interest_rate_pct: at("interest_rate_pct"),
      recovery_rate_pct: null };
};

/** What inside a portfolio record `part` names. */
function entryAt(record: NormalizedRecord, part: string): Members | null {
  if (record.record_kind !== "portfolio") return null;
  if (part === "debt") return record.financial.debt as Members;
  const [list, place] = part.split(".");
  const entries = list === "instruments" ? record.financial.debt.instruments
    : list === "distressed_assets" ? record.distressed_assets : undefined;
  return (entries?.[Number(place)] as Members | undefined) ?? null;
}

/** A change with what it changes; null where the record has nothing that can be changed so. */
export function itemOf(
  key: string, change: WhatIfChange, record: NormalizedRecord,
): ChangedItem | null {
  const part = key.split(":")[1] ?? "";
  const kind = record.record_kind;
  if (part === "") {
    if (kind !== "instrument" && kind !== "distressed_asset") return null;
    return { key, part, change, record, actual: factsOf(record, kind === "distressed_asset"),
      label: record.instrument_id ?? (kind === "instrument" ? "Instrument" : "Distressed asset") };
  }
  const entry = entryAt(record, part);
  const label = portfolioItems(record).find((item) => item.id === part)?.label;
  return entry === null ? null : { key, part, change, record, label: label ?? part,
    actual: factsOf(entry, part.startsWith("distressed_assets")) };
}

/** One line of the comparison; amounts in currency units. */
export interface ProFormaLine { name: string; actual: number; proForma: number }

/** The loss of a scenario on both sides. */
export const lossLine = (
  { scenario_id: id }: Scenario, actual: number, proForma: number,
): ProFormaLine => ({ name: `${scenarioName(id)}, loss`, actual, proForma });

/** The figures of both sides without a shock. */
export function proFormaLines(actual: Netted, proForma: Netted): ProFormaLine[] {
  const [was, is] = [actual.exposure, proForma.exposure];
  const line = (name: string, before: number, after: number): ProFormaLine =>
    ({ name, actual: before, proForma: after });
  return [
    line("Outstanding", was.total_outstanding, is.total_outstanding),
    line("Interest per year", was.interest_payment, is.interest_payment),
    line("Collateral", was.collateral_value, is.collateral_value),
    line("Expected recovery", was.distressed_asset_recovery, is.distressed_asset_recovery),
    line("Net exposure", was.net_exposure_after_recovery, is.net_exposure_after_recovery),
  ];
}

/** The changes as a file, each beside what the tape says. */
export function changesCsv(items: readonly ChangedItem[]): string {
  const rows = items.flatMap((item): CsvCell[][] => {
    const [record, part = ""] = item.key.split(":");
    const head = [record, part, item.label];
    if (item.change.removed) return [[...head, "removed", "no", "yes"]];
    return FACT_NAMES.filter((fact) => item.change[fact] !== undefined)
      .map((fact) => [...head, fact, item.actual[fact], item.change[fact]]);
  });
  return csvText(["record_id", "part", "instrument", "field", "actual", "pro_forma"], rows);
}

/** What one changes in many loans at once: shares of what the tape says, points on top. */
export interface ChangeOfAll {
  /** Fractions of the tape's value. */
  collateral: number;
  recovery: number;
  /** Points on top of the rate. */
  rate: number;
}

/** A loan's change that says nothing where nothing differs. */
export function changedBy(
  { actual }: Pick<ChangedItem, "actual">, { collateral, recovery, rate }: ChangeOfAll,
): WhatIfChange {
  const facts: { [F in Fact]: number | null } = {
    collateral_value: actual.collateral_value === null ? null
      : Math.round(actual.collateral_value * collateral * 100) / 100,
    interest_rate_pct: actual.interest_rate_pct === null ? null
      : Math.round((actual.interest_rate_pct + rate) * 1e6) / 1e6,
    recovery_rate_pct: actual.recovery_rate_pct === null ? null
      : Math.round(actual.recovery_rate_pct * recovery * 1e6) / 1e6,
  };
  return Object.fromEntries(FACT_NAMES.flatMap((fact) => {
    const value = facts[fact];
    return value === null || value === actual[fact] ? []
      : [[fact, Math.min(FACTS[fact].max, Math.max(0, value))]];
  }));
}

/** Ids of a paste: one a line, or cells of a row, in quotes or not; each once, in its order. */
export const idsOfPaste = (text: string): string[] => [...new Set(
  text.split(/[\r\n\t,;]+/).map((cell) => cell.trim().replace(/^"(.*)"$/, "$1").trim())
    .filter((cell) => cell !== ""))];

/** Ids as values of one filter each, none longer than the address of a request may be. */
export function idBatches(ids: readonly string[], limit = 2000): string[] {
  const batches: string[] = [];
  for (const id of ids) {
    const last = batches.at(-1);
    if (last !== undefined && last.length + 1 + id.length <= limit) {
      batches[batches.length - 1] = `${last},${id}`;
    } else batches.push(id);
  }
  return batches;
}
