import type {
  PortfolioDistressedAsset, PortfolioInstrument, PortfolioRecord,
} from "../kernel/record";
import type { Money, Reading } from "./fields";
import {
  numberMember, numberValue, shownValue, takeCurrency, textValue, wrongShape,
} from "./members";
import { isMembers, isPresent, NAMES, presentName, type Members } from "./names";

/**
 * A payload that is a whole portfolio (MODEL.md section 1): `financial.debt` with instruments or
 * totals, assets under three names, distressed assets at the top or under `financial`. Amounts of
 * an item with a `currency` of its own are converted from that currency.
 */
export function normalizePortfolio(payload: Members, reading: Reading): PortfolioRecord {
  const currency = takeCurrency(payload, "", reading.money(), reading);
  const money = reading.money();
  const financial = objectMember(payload, "financial", "", reading);
  const debt = readDebt(objectMember(financial, "debt", "financial.", reading), money, reading);
  reading.resume(money);
  const assets = readAssets(payload, financial, reading);
  const assetsOrigin = reading.takeOrigin();
  const distressed = readDistressed(payload, financial, money, reading);
  noteLoosePrincipal(payload, reading);
  return {
    record_kind: "portfolio",
    ...(currency === undefined ? {} : { currency }),
    financial: { debt, ...(assets === undefined ? {}
      : { assets: { total: assets, ...(assetsOrigin && { origin: assetsOrigin }) } }) },
    distressed_assets: distressed,
  };
}

const EMPTY: Members = Object.freeze({});

function objectMember(members: Members, name: string, path: string, reading: Reading): Members {
  const value = members[name];
  if (isMembers(value)) return value;
  if (isPresent(value)) wrongShape(`${path}${name}`, value, "an object", reading);
  return EMPTY;
}

function listMember(
  members: Members, name: string, path: string, reading: Reading,
): readonly unknown[] | undefined {
  const value = members[name];
  if (Array.isArray(value)) return value as readonly unknown[];
  if (isPresent(value)) wrongShape(`${path}${name}`, value, "a list", reading);
  return undefined;
}

type Debt = PortfolioRecord["financial"]["debt"];

function readDebt(debt: Members, outer: Money, reading: Reading): Debt {
  const path = "financial.debt.";
  const read: Debt = {};
  takeCurrency(debt, path, outer, reading);
  const money = reading.money();
  const total = numberMember(debt, NAMES.debtTotal, "principal", path, reading);
  if (total !== undefined) read.total_outstanding = total;
  const rate = numberMember(debt, NAMES.debtRate, "interest_rate_pct", path, reading);
  if (rate !== undefined) read.interest_rate_pct = rate;
  const collateral = numberMember(debt, NAMES.collateral, "collateral_value", path, reading);
  if (collateral !== undefined) read.collateral_value = collateral;
  const origin = reading.takeOrigin();
  if (origin !== undefined) read.origin = origin;
  const instruments = listMember(debt, "instruments", path, reading);
  if (instruments !== undefined) {
    read.instruments = instruments.flatMap((item, at) =>
      readInstrument(item, `${path}instruments[${at}]`, money, reading) ?? []);
  }
  return read;
}

function readInstrument(
  item: unknown, path: string, outer: Money, reading: Reading,
): PortfolioInstrument | null {
  if (!isMembers(item)) {
    wrongShape(path, item, "an object", reading);
    return null;
  }
  takeCurrency(item, `${path}.`, outer, reading);
  const principal = requiredNumber(item, NAMES.principal, "principal", path, reading);
  const rate = numberMember(item, NAMES.instrumentRate, "interest_rate_pct", `${path}.`, reading);
  const collateral = numberMember(item, NAMES.collateral, "collateral_value", `${path}.`, reading);
  const name = nameOf(item, path, reading);
  const origin = reading.takeOrigin();
  if (principal === undefined) return null;
  return {
    ...(name === undefined ? {} : { name }),
    principal,
    ...(rate === undefined ? {} : { interest_rate_pct: rate }),
    ...(collateral === undefined ? {} : { collateral_value: collateral }),
    ...(origin && { origin }),
  };
}

function readDistressed(
  payload: Members, financial: Members, outer: Money, reading: Reading,
): PortfolioDistressedAsset[] {
  const atTop = isPresent(payload.distressed_assets);
  const path = atTop ? "distressed_assets" : "financial.distressed_assets";
  const items = atTop
    ? listMember(payload, "distressed_assets", "", reading)
    : listMember(financial, "distressed_assets", "financial.", reading);
  return (items ?? []).flatMap((item, at) =>
    readDistressedItem(item, `${path}[${at}]`, outer, reading) ?? []);
}

function readDistressedItem(
  item: unknown, path: string, outer: Money, reading: Reading,
): PortfolioDistressedAsset | null {
  if (!isMembers(item)) {
    wrongShape(path, item, "an object", reading);
    return null;
  }
  takeCurrency(item, `${path}.`, outer, reading);
  const value = requiredNumber(item, NAMES.distressedValue, "distressed_value", path, reading);
  const rate = numberMember(item, NAMES.recovery, "recovery_rate_pct", `${path}.`, reading);
  const name = nameOf(item, path, reading);
  const origin = reading.takeOrigin();
  if (value === undefined) return null;
  return {
    ...(name === undefined ? {} : { name }),
    value,
    ...(rate === undefined ? {} : { recovery_rate_pct: rate }),
    ...(origin && { origin }),
  };
}

function requiredNumber(
  item: Members, names: readonly string[], field: "principal" | "distressed_value", path: string,
  reading: Reading,
): number | undefined {
  if (presentName(item, names) === undefined) {
    reading.add("MISSING_VALUE", `${path}.${names[0]}`, null,
      `${path} has none of ${names.join(", ")}`);
    return undefined;
  }
  return numberMember(item, names, field, `${path}.`, reading);
}

const ITEM_NAMES = ["name", "instrument_id", "id"];

function nameOf(item: Members, path: string, reading: Reading): string | undefined {
  const name = presentName(item, ITEM_NAMES);
  return name === undefined ? undefined : textValue(item[name], `${path}.${name}`, reading);
}

/** `financial.assets`, `financial.asset_value`, `assets`: a number, or one in an object. */
function readAssets(payload: Members, financial: Members, reading: Reading): number | undefined {
  const candidates: readonly (readonly [unknown, string])[] = [
    [financial.assets, "financial.assets"],
    [financial.asset_value, "financial.asset_value"],
    [payload.assets, "assets"],
  ];
  for (const [value, path] of candidates) {
    if (!isPresent(value)) continue;
    if (!isMembers(value)) return numberValue(value, "assets_value", path, reading);
    if (presentName(value, NAMES.assetsTotal) === undefined) continue;
    return numberMember(value, NAMES.assetsTotal, "assets_value", `${path}.`, reading);
  }
  return undefined;
}

/** A principal beside `financial` is not read; whoever sent it should know. */
function noteLoosePrincipal(payload: Members, reading: Reading): void {
  const name = presentName(payload, NAMES.principal);
  if (name === undefined) return;
  const shown = shownValue(payload[name]);
  reading.add("FIELD_IGNORED", name, shown,
    `${name} is not a member of a portfolio; its debt is financial.debt`);
}
