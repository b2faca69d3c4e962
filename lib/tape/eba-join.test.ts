import { existsSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import type { CollateralRecord, InstrumentRecord } from "../kernel/record";
import { createSetNormalizer } from "./eba-join";
import { templateNamed, templateOf } from "./eba-tables";
import {
  MANDATORY_FIELDS, SUPPLEMENT_FIELDS, SUPPLEMENTS, TEMPLATES, type Template,
} from "./eba-templates";
import type { NormalizeOptions } from "./fields";
import { DEFAULT_LOCALE } from "./locale";
import type { RowProblem } from "./problem";
import type { SetTable } from "./set-table";

const OPTIONS: NormalizeOptions =
  { locale: DEFAULT_LOCALE, baseCurrency: "EUR", fxRates: { USD: 0.9 } };
type Rows = Record<string, string>[];

const PARTY = { counterparty_identifier: "C1", name_of_counterparty: "Harbour Ltd",
  industry_segment: "N80.1", country_of_registered_location: "IE",
  counterparty_group_identifier: "G1" };
const HOUSE = { protection_identifier: "P1", loan_identifier: "L1", type_of_property: "Office",
  currency_of_property: "EUR", latest_valuation_amount: "100000",
  date_of_latest_valuation: "2024-01-31", latest_external_valuation_amount: "90000.5",
  date_of_latest_external_valuation: "2024-06-30", initial_valuation_amount: "200000",
  lien_position: "1", higher_ranking_loan: "" };
const SHIP = { protection_identifier: "N1", loan_identifier: "L1", collateral_type: "Ship",
  currency_of_collateral: "USD", latest_valuation_amount: "50000",
  date_of_latest_valuation: "2023-01-31", lien_position: "2", higher_ranking_loan: "20000",
  guarantee_amount: "1000" };
const LOAN = { loan_identifier: "L1", counterparty_identifier: "C1", loan_currency: "EUR",
  principal_balance: "250000", days_in_pastdue: "120", accounting_stages_of_asset_quality: "2" };

/** Reads a set as an import does: table by table, the loans last. */
function read(tables: Partial<Record<Template, Rows>>, options = OPTIONS) {
  const plans = TEMPLATES.filter((template) => tables[template]).map((template): SetTable => ({
    template, name: `${template}.csv`, header: Object.keys(tables[template]?.[0] ?? {}) }));
  const join = createSetNormalizer(plans, options);
  let row = 0;
  const results = plans.flatMap((table) => (tables[table.template] ?? []).map((cells, at) => ({
    template: table.template,
    ...join.normalize(table, table.header.map((name) => cells[name] ?? ""),
      { row: row += 1, line: at + 2 }) })));
  const problems = results.flatMap((result) => result.problems)
    .filter(({ code }) => code !== "MISSING_VALUE");
  return { results, problems, join, loans: results.filter(({ template }) => template === "loan")
    .map(({ record }) => record as InstrumentRecord | null) };
}

describe("a loan of several tables", () => {
  it("sums the latest valuations behind prior liens, each in its currency", () => {
    const { loans, problems, results, join } = read({ counterparty: [PARTY],
      property_collateral: [HOUSE], non_property_collateral: [SHIP], loan: [LOAN] });
    expect(problems).toEqual([]);
    expect(loans).toEqual([{ record_kind: "instrument", instrument_id: "L1", obligor_id: "C1",
      obligor_group: "G1", sector: "Administrative services", country: "IE", currency: "EUR",
      principal: 250_000, days_past_due: 120, stage: 3,
      // 90,000.50 of the later, external valuation, and 0.9 * (50,000 - 20,000).
      collateral_value: 117_000.5, collateral_type: "Office",
      collateral_valuation_date: "2023-01-31", guarantee_value: 900 }]);
    const ship = results.find(({ template }) => template === "non_property_collateral");
    expect(ship?.record as CollateralRecord).toMatchObject({ record_kind: "collateral",
      valuation_amount: 45_000, prior_liens: 18_000, collateral_value: 27_000, lien_position: "2" });
    expect(join.orphans()).toEqual([]);
    expect(join.summary()).toEqual({ loans: 1, loans_with_counterparty: 1, counterparties: 1,
      loans_without_counterparty: 0, loans_with_collateral: 1, collaterals: 2,
      orphan_collaterals: 0, supplements: 0, orphan_supplements: 0 });
  });

  it("falls back to the initial valuation, and never below nothing", () => {
    const bare = { ...HOUSE, latest_valuation_amount: "", latest_external_valuation_amount: "" };
    const valueOf = (house: Record<string, string>) =>
      read({ property_collateral: [house], loan: [LOAN] }).loans[0]?.collateral_value;
    expect(valueOf(bare)).toBe(200_000);
    expect(valueOf({ ...HOUSE, date_of_latest_external_valuation: "" })).toBe(100_000);
    expect(valueOf({ ...bare, higher_ranking_loan: "300000" })).toBe(0);
    expect(valueOf({ ...bare, initial_valuation_amount: "" })).toBeUndefined();
  });

  it("names what does not find each other by table, line, column and value", () => {
    const { problems, join, loans } = read({ counterparty: [PARTY, { ...PARTY, country: "FR" }],
      property_collateral: [HOUSE, { ...HOUSE, loan_identifier: "L9", protection_identifier: "P9" }],
      loan: [LOAN, { ...LOAN, loan_identifier: "L2", counterparty_identifier: "C9" }] });
    expect(problems.map(({ row, table, line, column, value, code }) =>
      [row, table, line, column, value, code])).toEqual([
      [2, "counterparty.csv", 3, "counterparty_identifier", "C1", "DUPLICATE_KEY"],
      [6, "loan.csv", 3, "counterparty_identifier", "C9", "REFERENCE_UNKNOWN"]]);
    expect(join.orphans().map(({ row, table, line, column, value, code, severity }) =>
      [row, table, line, column, value, code, severity])).toEqual([
      [4, "property_collateral.csv", 3, "loan_identifier", "L9", "REFERENCE_UNKNOWN", "warning"]]);
    expect(loans[1]).toMatchObject({ instrument_id: "L2", obligor_id: "C9", principal: 250_000 });
    expect(loans[1]).not.toHaveProperty("sector");
  });

  it("counts no collateral twice: the later valuation of one, the first loan of two", () => {
    const later = { ...HOUSE, date_of_latest_valuation: "2025-01-01" };
    const { loans, problems } = read({ property_collateral: [HOUSE, later,
      { ...HOUSE, loan_identifier: "L2" }], loan: [LOAN, { ...LOAN, loan_identifier: "L2" }, LOAN] });
    expect(loans.map((loan) => loan?.collateral_value)).toEqual([100_000, undefined, undefined]);
    expect(problems.map(({ row, code }) => [row, code])).toEqual(
      [[2, "DUPLICATE_KEY"], [3, "DUPLICATE_KEY"], [6, "DUPLICATE_KEY"]]);
  });

  it("leaves out a collateral without a rate, and no other row", () => {
    const { loans, problems, results, join } = read({ property_collateral: [HOUSE],
      non_property_collateral: [{ ...SHIP, currency_of_collateral: "CHF" }], loan: [LOAN] });
    expect(problems).toMatchObject([{ code: "FX_RATE_MISSING", table: "non_property_collateral.csv",
      line: 2, column: "currency_of_collateral", value: "CHF", severity: "error" }]);
    expect(results.map(({ record }) => record === null)).toEqual([false, true, false]);
    expect(loans[0]?.collateral_value).toBe(90_000.5);
    expect(join.orphans()).toEqual([]);
  });

  it("says of every mandatory field that it is empty, or that its column is not there", () => {
    const { results, join } = read({ loan: [{ ...LOAN, days_in_pastdue: "", principal_balance: "" }] });
    expect(results[0]?.problems.map(({ code, column, severity }) => [code, column, severity]))
      .toEqual([["MISSING_VALUE", "principal_balance", "error"],
        ["MISSING_VALUE", "days_in_pastdue", "warning"]]);
    const absent = join.absent();
    expect(absent.map(({ column }) => column)).toContain("date_of_default");
    expect(absent).toHaveLength(MANDATORY_FIELDS.loan.length - 5);
    expect(absent[0]).toMatchObject({ row: 0, table: "loan.csv", line: null, severity: "warning" });
  });
});

describe("rows that say more of a loan or collateral", () => {
  const MORTGAGE = { mortgage_identifier: "M1", protection_identifier: "P1", loan_identifier: "L1",
    mortgage_amount: "80000", lien_position: "2", higher_ranking_loan: "30000" };
  const COURT = { property_collateral_identifier: "P1", non_property_collateral_identifier: "",
    counterparty_identifier: "C1", jurisdiction_of_court: "Dublin",
    court_appraisal_amount: "70000", date_of_court_appraisal: "2025-03-31",
    next_auction_date: "2026-01-15", currency_of_enforcement: "" };
  const BARE = { ...HOUSE, loan_identifier: "", lien_position: "", higher_ranking_loan: "" };
  const collateralOf = (tables: Parameters<typeof read>[0]) =>
    read(tables).results.find(({ template }) => template === "property_collateral")
      ?.record as CollateralRecord;

  it("give a collateral the loan, lien, prior liens, valuation and status that it lacks", () => {
    const { results, problems, loans, join } = read({ mortgage: [MORTGAGE], enforcement: [COURT],
      property_collateral: [BARE], loan: [LOAN] });
    expect(problems).toEqual([]);
    expect(results.map(({ record }) => record).slice(0, 3)).toEqual([
      { record_kind: "supplement", template: "mortgage", instrument_id: "L1", collateral_id: "P1",
        details: { mortgage_identifier: "M1", mortgage_amount: 80_000, lien_position: "2",
          higher_ranking_loan: 30_000 } },
      { record_kind: "supplement", template: "enforcement", obligor_id: "C1", collateral_id: "P1",
        details: { jurisdiction_of_court: "Dublin", court_appraisal_amount: 70_000,
          date_of_court_appraisal: "2025-03-31", next_auction_date: "2026-01-15" } },
      { record_kind: "collateral", collateral_id: "P1", instrument_id: "L1",
        collateral_type: "Office", currency: "EUR", lien_position: "2", prior_liens: 30_000,
        valuation_amount: 70_000, collateral_value: 40_000, status: "auction set",
        collateral_valuation_date: "2025-03-31" }]);
    expect(loans[0]).toMatchObject({ collateral_value: 40_000 });
    expect(join.summary()).toMatchObject({ supplements: 2, orphan_supplements: 0 });
  });

  it("leave alone what the collateral says itself, and appraisals of old or another currency", () => {
    const own = { ...HOUSE, lien_position: "1", higher_ranking_loan: "0",
      enforcement_status: "none" };
    expect(collateralOf({ mortgage: [MORTGAGE], property_collateral: [own], loan: [LOAN],
      enforcement: [{ ...COURT, currency_of_enforcement: "USD" }] })).toMatchObject({
      lien_position: "1", prior_liens: 0, valuation_amount: 90_000.5, status: "none" });
    expect(collateralOf({ property_collateral: [HOUSE], loan: [LOAN],
      enforcement: [{ ...COURT, date_of_court_appraisal: "2020-01-01" }] }))
      .toMatchObject({ valuation_amount: 90_000.5 });
    expect(collateralOf({ property_collateral: [{ ...BARE, loan_identifier: "L2" }], loan: [LOAN],
      mortgage: [MORTGAGE] })).not.toHaveProperty("prior_liens");
  });

  it.each([[{ sale_agreed_price: "5" }, "sale agreed"], [{ last_auction_date: "2024-01-01" },
    "auctioned"], [{ indicator_of_enforcement: "true" }, "enforced"],
  [{ indicator_of_enforcement: "No" }, "not enforced"], [{}, "in court"],
  [{ jurisdiction_of_court: "" }, undefined]])("say %j as %s", (change, status) => {
    const { status: said } = collateralOf({ enforcement: [{ ...COURT, next_auction_date: "",
      ...change }], property_collateral: [HOUSE], loan: [LOAN] });
    expect(said).toBe(status);
  });

  it("are named when they refer to nothing, are repeated or cannot be read", () => {
    const { problems, results, join } = read({
      mortgage: [MORTGAGE, { ...MORTGAGE, protection_identifier: "P9", loan_identifier: "L9" }],
      forbearance: [{ loan_identifier: "L8", type_of_forbearance: "1",
        end_date_of_forbearance: "31/02/2024" }],
      historical_repayment: [{ loan_identifier: "L1", history_of_total_repayments: "12.5" }],
      property_collateral: [HOUSE], loan: [LOAN] });
    expect(problems.map(({ table, line, column, code }) => [table, line, column, code])).toEqual([
      ["mortgage.csv", 3, "mortgage_identifier", "DUPLICATE_KEY"],
      ["forbearance.csv", 2, "end_date_of_forbearance", "DATE_UNREADABLE"]]);
    expect(results.map(({ record }) => record?.record_kind ?? null)).toEqual(
      [...Array<string>(4).fill("supplement"), "collateral", "instrument"]);
    expect(join.orphans().map(({ table, line, column, value }) => [table, line, column, value]))
      .toEqual([["mortgage.csv", 3, "loan_identifier", "L9"],
        ["forbearance.csv", 2, "loan_identifier", "L8"],
        ["mortgage.csv", 3, "protection_identifier", "P9"]]);
  });

  it("need one name of a collateral, not one of each kind", () => {
    const { results, join } = read({ enforcement: [COURT], property_collateral: [HOUSE],
      loan: [LOAN] });
    const columns = (problems: readonly RowProblem[]) =>
      problems.filter(({ table }) => table === "enforcement.csv").map(({ column }) => column);
    expect(columns(results[0]?.problems ?? [])).toEqual([]);
    expect(columns(join.absent())).toEqual(["sale_agreed_price",
      "court_auction_reserve_price_for_next_auction", "last_auction_date"]);
  });
});

describe("templates", () => {
  it("are known by columns in any spelling, and named with prefix and suffix", () => {
    expect(templateOf(["Loan Identifier", "Counterparty Identifier", "Principal Balance"]))
      .toBe("loan");
    expect(templateOf(["loan_identifier", "counterparty_identifier", "relationship"]))
      .toBeNull();
    for (const template of SUPPLEMENTS) {
      expect(templateOf(MANDATORY_FIELDS[template].filter((field) =>
        field !== "counterparty_identifier").concat(Object.keys(SUPPLEMENT_FIELDS[template]))),
      template).toBe(template);
    }
    expect(templateNamed("2024/Bank_NON-PROPERTY Collateral_v2.csv"))
      .toBe("non_property_collateral");
    expect(templateNamed("x_Counterparty_Group.csv")).toBe("counterparty_group");
    expect(templateNamed("notes.csv")).toBeNull();
  });

  const list = "../shared/data/eba-npl-fields.csv";
  it.skipIf(!existsSync(list))("ask for the fields that the list calls mandatory", () => {
    const rows = readFileSync(list, "utf8").split(/\r?\n/).slice(1).map((line) => line.split(","));
    for (const template of TEMPLATES) {
      expect(rows.filter((row) => row[0] === template && row[4] === "mandatory")
        .map((row) => row[2]), template).toEqual(MANDATORY_FIELDS[template]);
    }
    for (const template of SUPPLEMENTS) {
      const types = new Map(rows.filter((row) => row[0] === template)
        .map((row) => [row[2], row[3]]));
      for (const [field, type] of Object.entries(SUPPLEMENT_FIELDS[template])) {
        expect(types.get(field), `${template}.${field}`).toMatch(type === "amount"
          ? /^(number|amount)$/ : type === "date" ? /^date$/ : /^(text|code|boolean|number)$/);
      }
    }
  });
});
