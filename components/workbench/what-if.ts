import { csvText, type CsvCell } from "@/components/chart/csv";
import type { NormalizedRecord } from "@/lib/kernel/record";
import type { Netted, WhatIfChange } from "@/lib/risk";
import { scenarioName } from "@/components/run/scenario-name";
import type { ScenarioFigures } from "./figures";
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

const hasSegments = ({ scenario }: ScenarioFigures): boolean =>
  scenario.segment_shocks !== undefined;

/** Scenarios that `proFormaLines` leaves out: segments need each record, a what-if has totals. */
export const leftOutOf = (rows: readonly ScenarioFigures[]): string[] =>
  rows.filter(hasSegments).map(({ scenario }) => scenarioName(scenario.scenario_id));

/** The figures of both sides under those of the view's scenarios that shock all records alike. */
export function proFormaLines(
  actual: Netted, proForma: Netted, rows: readonly ScenarioFigures[],
): ProFormaLine[] {
  const [was, is] = [actual.exposure, proForma.exposure];
  const line = (name: string, before: number, after: number): ProFormaLine =>
    ({ name, actual: before, proForma: after });
  return [
    line("Outstanding", was.total_outstanding, is.total_outstanding),
    line("Interest per year", was.interest_payment, is.interest_payment),
    line("Collateral", was.collateral_value, is.collateral_value),
    line("Expected recovery", was.distressed_asset_recovery, is.distressed_asset_recovery),
    line("Net exposure", was.net_exposure_after_recovery, is.net_exposure_after_recovery),
    ...rows.filter((row) => !hasSegments(row)).map(({ scenario }) => line(
      `${scenarioName(scenario.scenario_id)}, loss`,
      actual.stress(scenario).loss_estimate, proForma.stress(scenario).loss_estimate)),
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
