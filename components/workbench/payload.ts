import { AMOUNT_FIELDS } from "@/lib/kernel/record";
import type { Stake } from "@/lib/risk";
import { money, NONE } from "@/components/ui/format";

/** One thing inside a portfolio record that can be looked at by itself. */
export interface PayloadItem {
  /** Where it stands in the record: "instruments.0". */
  id: string;
  label: string;
  stake: Stake;
  fields: readonly PayloadField[];
}

export interface PayloadField {
  name: string;
  value: string;
}

type Members = Record<string, unknown>;

const isMembers = (value: unknown): value is Members =>
  typeof value === "object" && value !== null && !Array.isArray(value);

const amountAt = (members: Members, name: string): number => {
  const value = members[name];
  return typeof value === "number" && Number.isFinite(value) ? value : 0;
};

function valueText(value: unknown): string {
  if (value === null || value === undefined || value === "") return NONE;
  return typeof value === "object" ? JSON.stringify(value) : String(value);
}

/** Every leaf of a payload by its path, as it is stored; `limit` leaves at most. */
export function payloadFields(payload: unknown, limit = 200): PayloadField[] {
  const fields: PayloadField[] = [];
  const walk = (value: unknown, path: string): void => {
    if (fields.length >= limit) return;
    const entries: [string, unknown][] | null = Array.isArray(value)
      ? value.map((entry, index) => [`[${index}]`, entry])
      : isMembers(value) ? Object.entries(value).map(([name, entry]) => [`.${name}`, entry]) : null;
    if (entries === null || entries.length === 0) {
      fields.push({ name: path === "" ? "value" : path, value: valueText(value) });
      return;
    }
    for (const [step, entry] of entries) walk(entry, `${path}${step}`.replace(/^\./, ""));
  };
  walk(payload, "");
  return fields;
}

const FIRST = ["name", "instrument_id", "obligor_id", "total_outstanding", "principal",
  "collateral_value", "distressed_value", "value", "recovery_rate_pct", "interest_rate_pct"];
const AMOUNTS = new Set<string>([...AMOUNT_FIELDS, "total_outstanding", "value", "total"]);

const lastName = (path: string): string => path.slice(path.lastIndexOf(".") + 1);

/** A normalized record with what the model computes with on top, amounts in full. */
export function recordFields(payload: unknown): PayloadField[] {
  const rank = (name: string): number => {
    const place = FIRST.indexOf(name);
    return place < 0 ? FIRST.length : place;
  };
  return payloadFields(payload)
    .filter((field) => field.name !== "record_kind")
    .map((field) => AMOUNTS.has(lastName(field.name))
      ? { ...field, value: money(field.value) } : field)
    .sort((a, b) => rank(a.name) - rank(b.name));
}

/** What an instrument or distressed asset has at stake, from its normalized record. */
export function payloadStake(payload: unknown): Stake | null {
  if (!isMembers(payload)) return null;
  if (payload["record_kind"] === "distressed_asset") {
    return { outstanding: 0, collateral: 0,
      recovery: amountAt(payload, "distressed_value") * amountAt(payload, "recovery_rate_pct") / 100 };
  }
  if (payload["record_kind"] !== "instrument") return null;
  return { outstanding: amountAt(payload, "principal"),
    collateral: amountAt(payload, "collateral_value"), recovery: 0 };
}

/** The instruments and distressed assets of a portfolio record, by the model's rules. */
export function portfolioItems(payload: unknown): PayloadItem[] {
  if (!isMembers(payload) || payload["record_kind"] !== "portfolio") return [];
  const financial = isMembers(payload["financial"]) ? payload["financial"] : {};
  const debt = isMembers(financial["debt"]) ? financial["debt"] : {};
  const instruments = listAt(debt["instruments"]);
  const debtCollateral = amountAt(debt, "collateral_value");
  return [
    ...instruments.map((entry, index): PayloadItem => ({
      id: `instruments.${index}`,
      label: nameAt(entry, `Instrument ${index + 1}`),
      // A non-zero collateral of the whole debt replaces the instruments' own.
      stake: skipped(entry) ? NOTHING : { outstanding: amountAt(entry, "principal"),
        collateral: debtCollateral ? 0 : amountAt(entry, "collateral_value"), recovery: 0 },
      fields: recordFields(entry),
    })),
    ...debtItem(debt, instruments.length > 0, debtCollateral),
    ...listAt(payload["distressed_assets"]).map((entry, index): PayloadItem => ({
      id: `distressed_assets.${index}`,
      label: nameAt(entry, `Distressed asset ${index + 1}`),
      stake: { outstanding: 0, collateral: 0,
        recovery: amountAt(entry, "value") * amountAt(entry, "recovery_rate_pct") / 100 },
      fields: recordFields(entry),
    })),
  ];
}

const NOTHING: Stake = { outstanding: 0, collateral: 0, recovery: 0 };
const skipped = (entry: Members): boolean => amountAt(entry, "principal") <= 0;
const listAt = (value: unknown): Members[] => Array.isArray(value) ? value.filter(isMembers) : [];

function nameAt(entry: Members, fallback: string): string {
  const name = entry["name"];
  return typeof name === "string" && name.trim() !== "" ? name : fallback;
}

/** The debt as a whole: its total when no instruments are listed, and its own collateral. */
function debtItem(debt: Members, hasInstruments: boolean, collateral: number): PayloadItem[] {
  const outstanding = hasInstruments ? 0 : amountAt(debt, "total_outstanding");
  if (outstanding === 0 && collateral === 0) return [];
  const rest = Object.fromEntries(Object.entries(debt).filter(([name]) => name !== "instruments"));
  return [{ id: "debt", label: hasInstruments ? "Collateral of all debt" : "Debt in total",
    stake: { outstanding, collateral, recovery: 0 }, fields: recordFields(rest) }];
}
