import { readFileSync } from "node:fs";
import type { Page } from "@playwright/test";
import { parquetWriteBuffer } from "hyparquet-writer";
import writeXlsxFile from "write-excel-file/node";
import { newBook } from "../support/browser-book";
import { answerOf, expect, test, unique } from "../support/browser-test";
import { whileImportsStand } from "../support/held-imports";
import { expectAccessible, expectNoSidewaysScroll } from "../support/page-checks";

test.use({ who: "analyst" });

const GERMAN = [
  "Vertragsnummer;Kreditnehmer;Branche;Restschuld;Zinssatz;Sicherheit",
  "V-1;Müller GmbH;Handel;1.250.000,50;5,25;900.000,00",
  "V-2;Müller GmbH;Handel;480.000,00;6,10;300.000,00",
  "V-3;Öztürk KG;Bau;zwölf;7,40;0,00",
  "V-4;Krämer AG;Bau;96.500,25;7,40;10.000,00",
  "V-5;Krämer AG;Bau;1.000,00;7,40;viel",
  "",
].join("\r\n");
const FIELDS = { Vertragsnummer: "instrument_id", Kreditnehmer: "obligor_id", Branche: "sector",
  Restschuld: "principal", Zinssatz: "interest_rate_pct", Sicherheit: "collateral_value" };
const OWED = 1_250_000.5 + 480_000 + 96_500.25;

const fileOf = (name: string, text: string | Buffer) =>
  ({ name, mimeType: "text/csv", buffer: Buffer.from(text) });

async function chooseFile(page: Page, name: string, text: string | Buffer): Promise<void> {
  await page.getByLabel("Choose a tape").setInputFiles(fileOf(name, text));
}

async function intoNewDataset(page: Page, name: string): Promise<void> {
  await page.getByRole("combobox", { name: "Dataset" }).selectOption("New dataset");
  await page.getByRole("textbox", { name: "Name" }).fill(name);
}

async function savedText(page: Page, button: string): Promise<string> {
  const started = page.waitForEvent("download");
  await page.getByRole("button", { name: button }).click();
  return readFileSync(await (await started).path(), "utf8");
}

test("a German tape with two bad rows is mapped, sealed and explained", async ({ page }) => {
  const name = unique("Deutsche Kredite");
  await page.goto("/datasets/import");
  await expect(page.getByRole("button", { name: "Continue to columns" }))
    .toHaveAttribute("aria-disabled", "true");
  await chooseFile(page, "bestand_2026-10.csv", GERMAN);
  await expect(page.getByText("semicolon")).toBeVisible();
  await intoNewDataset(page, name);
  await page.getByRole("button", { name: "Continue to columns" }).click();

  await test.step("preview and mapping", async () => {
    const preview = page.getByRole("region", { name: "Preview table" });
    await expect(preview.getByRole("row")).toHaveCount(6);
    await expect(preview.getByRole("cell", { name: "1.250.000,50" })).toBeVisible();
    await expect(preview.getByRole("cell", { name: "Öztürk KG" })).toBeVisible();
    await expect(page.getByRole("heading", { name: "Which column holds the principal?" }))
      .toBeVisible();
    for (const [column, target] of Object.entries(FIELDS)) {
      await page.getByRole("combobox", { name: `Field for ${column}` }).selectOption(target);
    }
    await page.getByRole("combobox", { name: "How numbers and dates are written" })
      .selectOption("de");
    await expect(page.getByRole("row", { name: /^Restschuld/ })).toContainText("zwölf");
    await expect(page.getByRole("row", { name: /^Restschuld/ })).toContainText("Check");
    await expect(page.getByRole("row", { name: /^Zinssatz/ })).toContainText("Fits");
  });

  await test.step("options and import", async () => {
    await page.getByRole("button", { name: "Continue to options" }).click();
    await expect(page.getByLabel("As-of date"), "taken from the file's name")
      .toHaveValue("2026-10-31");
    await expect(page.getByText(`${name}, new, figures in EUR`)).toBeVisible();
    await page.getByRole("button", { name: "Import and seal" }).click();
    await expect(page.getByRole("heading", { name: `Version 1 of ${name} is sealed` }))
      .toBeVisible();
  });

  await expect(page).toHaveURL(/[?&]import=/);
  const id = new URL(page.url()).searchParams.get("import") ?? "";
  await test.step("the new version can be chosen at once", async () => {
    await page.getByRole("banner").getByRole("button", { name: /change dataset version/ }).click();
    const list = page.getByRole("dialog", { name: "Dataset versions" });
    await expect(list.getByRole("region", { name }).getByRole("button", { name: /^v1\b/ }))
      .toBeVisible();
    await page.keyboard.press("Escape");
  });
  await test.step("problems by row, column and value", async () => {
    await expect(page.getByRole("heading", { name: "2 rows left out, none of the others has a remark" }))
      .toBeVisible();
    const problems = page.getByRole("region", { name: "Problem table" });
    const first = problems.getByRole("row").filter({ hasText: "zwölf" });
    await expect(first.getByRole("rowheader")).toHaveText("4");
    await expect(first.getByRole("cell", { name: "Restschuld", exact: true })).toBeVisible();
    const second = problems.getByRole("row").filter({ hasText: "viel" });
    await expect(second.getByRole("rowheader")).toHaveText("6");
    await expect(second.getByRole("cell", { name: "Sicherheit", exact: true })).toBeVisible();
    const version = await answerOf(`/api/v3/dataset-versions/${id}`);
    expect(version.counts).toMatchObject({ raw: 5, normalized: 3, rejected: 2 });
    expect(version.consolidated.total_outstanding).toBeCloseTo(OWED, 6);
    await expect(page.getByText("40.00 % of the rows".replace(" ", "\u202f"))).toBeVisible();
  });

  await test.step("left-out rows as a file that can be corrected", async () => {
    const lines = (await savedText(page, "Left-out rows")).replace("\ufeff", "").trim().split(/\r?\n/);
    expect(lines).toHaveLength(3);
    expect(lines[0], "the file's columns in their order, its delimiter")
      .toBe(`${GERMAN.split("\r\n")[0]};row in the file;left out because`);
    expect(lines[1]).toMatch(/^V-3;Öztürk KG;Bau;zwölf;7,40;0,00;4;Restschuld: /);
    expect(lines[2]).toMatch(/^V-5;Krämer AG;Bau;1\.000,00;7,40;viel;6;Sicherheit: /);
  });

  await test.step("the version's page", async () => {
    await page.getByRole("link", { name: "Open the version" }).click();
    await expect(page).toHaveURL(new RegExp(`/versions/${id}`));
    await expect(page.getByRole("heading", { level: 1 })).toContainText(name);
    await expect(page.getByRole("main")).toContainText("5 read, 3 normalized, 2 left out");
    await expect(page.getByRole("row", { name: /^Outstanding/ })).toContainText("1,826,500.75");
    await expect(page.getByRole("main").getByText(/bestand_2026-10\.csv/).first()).toBeVisible();
  });
});

test("a sheet of a workbook is chosen, mapped and sealed", async ({ page }) => {
  const row = (...values: (string | number)[]) => values.map((value) => ({ value }));
  const sheets = [
    { sheet: "Notes", data: [row("Note", "By"), row("checked", "me")] },
    { sheet: "Loans", data: [row("Tape of October"), [],
      row("Loan ID", "Outstanding", "Collateral value"),
      row("L1", 1000.25, 700), row("L2", "n.a.", 5), row("L3", 2000.5, 100)] },
  ];
  const workbook = await writeXlsxFile(sheets as never).toBuffer();
  await page.goto("/datasets/import");
  await chooseFile(page, "tape.xlsx", workbook);
  await page.getByRole("combobox", { name: "Sheet" }).selectOption("Loans");
  await intoNewDataset(page, unique("Workbook"));
  await page.getByRole("button", { name: "Continue to columns" }).click();
  const preview = page.getByRole("region", { name: "Preview table" });
  await expect(preview.getByRole("cell", { name: "1000.25" })).toBeVisible();
  await expect(page.getByRole("row", { name: /^Outstanding/ })).toContainText("n.a.");
  await page.getByRole("button", { name: "Continue to options" }).click();
  await page.getByRole("button", { name: "Import and seal" }).click();
  await expect(page.getByRole("heading", { name: /Version 1 of .* is sealed/ })).toBeVisible();
  const problem = page.getByRole("row", { name: /Outstanding/ });
  await expect(problem).toContainText("5");
  await expect(problem).toContainText("Amount cannot be read");
});

test("a derived mapping is saved, and read by itself for the next tape", async ({ page }) => {
  // A dialog that fades in has not the colours that are read.
  await page.emulateMedia({ reducedMotion: "reduce" });
  const book = await newBook("Mapped monthly");
  const derived = page.getByRole("list", { name: "Derived fields" });
  const importInto = async (name: string, content: string | Buffer) => {
    await page.goto(`/datasets/import?dataset=${book.dataset}`);
    await chooseFile(page, name, content);
  };
  const seal = async (version: number) => {
    await page.getByRole("button", { name: "Continue to options" }).click();
    await page.getByRole("button", { name: "Import and seal" }).click();
    await expect(page.getByRole("heading", { name: `Version ${version} of ${book.name} is sealed` }))
      .toBeVisible();
    await expect(page).toHaveURL(/[?&]import=/);
    return answerOf(`/api/v3/dataset-versions/${new URL(page.url()).searchParams.get("import")}`);
  };

  await test.step("columns named below a title, where one may say otherwise", async () => {
    await importInto("march.csv",
      "Report of March\n\nNr;Rest;Gebuehr;Art\nA1;1000.5;10;HYP\nB2;2000;5;KON\n");
    const line = page.getByRole("textbox", { name: "Header line" });
    await expect(line).toHaveValue("3");
    await line.fill("4");
    await page.getByRole("button", { name: "Read it so" }).click();
    await expect(line).toHaveValue("4");
    await line.fill("2");
    await page.getByRole("button", { name: "Read it so" }).click();
    await expect(page.getByRole("alert").filter({ hasText: "The file cannot be read" }))
      .toContainText("empty or not there");
    await line.fill("3");
    await page.getByRole("button", { name: "Read it so" }).click();
    await expect(page.getByRole("alert").filter({ hasText: "cannot be read" })).toHaveCount(0);
  });
  await test.step("a sum, and codes that are replaced", async () => {
    await page.getByRole("button", { name: "Continue to columns" }).click();
    await page.getByRole("button", { name: "Add a derived value" }).click();
    const dialog = page.getByRole("dialog");
    await dialog.getByRole("combobox", { name: "Field" }).selectOption("principal");
    await dialog.getByRole("radio", { name: "A sum of columns" }).check();
    await dialog.getByRole("checkbox", { name: "Rest" }).check();
    await dialog.getByRole("checkbox", { name: "Gebuehr" }).check();
    await dialog.getByRole("button", { name: "Use it" }).click();
    await expect(derived).toContainText("sum of Rest + Gebuehr");
    await expect(page.getByRole("row", { name: /^Gebuehr/ })).toContainText("In a sum");
    await page.getByRole("combobox", { name: "Field for Art" }).selectOption("asset_class");
    await page.getByRole("button", { name: "Derive asset_class" }).click();
    await dialog.getByRole("textbox", { name: /^Codes/ }).fill("HYP = Mortgage\nKON =");
    await dialog.getByRole("button", { name: "Use it" }).click();
    await expect(derived).toContainText("2 codes replaced");
  });
  await test.step("accessible, and no wider than a phone", async () => {
    await expectAccessible(page);
    await page.setViewportSize({ width: 360, height: 740 });
    await expectNoSidewaysScroll(page);
    await page.getByRole("button", { name: "Edit principal" }).click();
    await expectNoSidewaysScroll(page);
    await page.setViewportSize({ width: 1440, height: 1000 });
    await expectAccessible(page);
    await page.getByRole("dialog").getByRole("button", { name: "Cancel" }).click();
  });
  await test.step("saved under a name", async () => {
    await page.getByRole("button", { name: "Save this mapping" }).click();
    await page.getByRole("textbox", { name: "Name" }).fill("Monthly");
    await page.getByRole("button", { name: "Save", exact: true }).click();
    await expect(page.getByRole("combobox", { name: "Mapping to start from" }))
      .toContainText("Monthly");
    const version = await seal(2);
    expect(version.consolidated.total_outstanding).toBe(3015.5);
  });
  await test.step("offered by itself for a tape of another format with these columns", async () => {
    await importInto("april.ndjson", '{"Rest":10,"Gebuehr":0.5,"Art":"HYP","Nr":"A1","Neu":1}\n');
    await expect(page.getByText("One JSON object a line")).toBeVisible();
    await page.getByRole("button", { name: "Continue to columns" }).click();
    await expect(derived).toContainText("sum of Rest + Gebuehr");
    await expect(page.getByRole("combobox", { name: "Mapping to start from" })
      .getByRole("option", { selected: true })).toHaveText("Monthly");
    const version = await seal(3);
    expect(version.consolidated.total_outstanding).toBe(10.5);
    const { items } = await answerOf(
      `/api/v3/dataset-versions/${version.dataset_version_id}/instruments`);
    expect(items[0]).toMatchObject({ instrument_id: "A1", asset_class: "Mortgage" });
  });
  await test.step("removed", async () => {
    await importInto("may.ndjson", '{"Rest":10,"Gebuehr":0.5,"Art":"HYP","Nr":"A1","Alt":1}\n');
    await page.getByRole("button", { name: "Continue to columns" }).click();
    await page.getByRole("button", { name: "Remove the saved mapping Monthly" }).click();
    await page.getByRole("alertdialog").getByRole("button", { name: "Remove it" }).click();
    await expect(page.getByText("Monthly is removed", { exact: true })).toBeVisible();
    await expect(page.getByRole("option", { name: "Monthly" })).toHaveCount(0);
    const { items } = await answerOf(`/api/v3/datasets/${book.dataset}/mapping-profiles`);
    expect(items).toEqual([]);
  });
});

test("a Parquet file is looked at, mapped by its values' types and sealed", async ({ page }) => {
  const name = unique("Columns");
  const bytes = Buffer.from(parquetWriteBuffer({ columnData: [
    { name: "loan_id", data: ["L1", "L2"], type: "STRING" },
    { name: "Restbetrag", data: [1000.25, 2000.5], type: "DOUBLE" },
  ] }));
  await page.goto("/datasets/import");
  await chooseFile(page, "tape.parquet", bytes);
  await intoNewDataset(page, name);
  await page.getByRole("button", { name: "Continue to columns" }).click();
  const row = page.getByRole("row", { name: /^Restbetrag/ });
  await expect(row).toContainText("Confirm");
  await expect(row).toContainText("60\u202f% sure");
  await page.getByRole("button", { name: "Continue to options" }).click();
  await page.getByRole("button", { name: "Import and seal" }).click();
  await expect(page.getByRole("heading", { name: `Version 1 of ${name} is sealed` })).toBeVisible();
});

test("a file that cannot be read says why", async ({ page }) => {
  await page.goto("/datasets/import");
  await test.step("a format that is not read", async () => {
    await chooseFile(page, "portfolio.xls", "PK");
    await expect(page.getByRole("alert").filter({ hasText: "This tape cannot be used" }))
      .toContainText("portfolio.xls cannot be read here.");
  });
  await test.step("a workbook that is none", async () => {
    await chooseFile(page, "portfolio.xlsx", "PK");
    await expect(page.getByRole("alert").filter({ hasText: "The file cannot be read" }))
      .toContainText("Nothing was stored.");
  });
  await test.step("binary content behind a CSV's name", async () => {
    await chooseFile(page, "broken.csv", Buffer.from([0, 1, 2, 0, 255, 254, 0, 10, 0, 3]));
    await expect(page.getByRole("alert").filter({ hasText: "The file cannot be read" }))
      .toContainText("Nothing was stored.");
  });
  await test.step("no row that can be used", async () => {
    await chooseFile(page, "words.csv", "principal\nabc\ndef\n");
    await intoNewDataset(page, unique("Nothing usable"));
    await page.getByRole("button", { name: "Continue to columns" }).click();
    await page.getByRole("button", { name: "Continue to options" }).click();
    await page.getByRole("button", { name: "Import and seal" }).click();
    const why = page.getByRole("alert").filter({ hasText: "Version 1 could not be imported" });
    await expect(why).toContainText("Nothing of it was sealed.");
    const lines = (await savedText(page, "Left-out rows")).split("\r\n");
    expect(lines.slice(0, 3)).toEqual(["\ufeffprincipal,row in the file,left out because",
      expect.stringMatching(/^abc,2,.*UNREADABLE/), expect.stringMatching(/^def,3,.*UNREADABLE/)]);
    await why.getByRole("button", { name: "Import again" }).click();
    await expect(page.getByRole("button", { name: "Continue to columns" })).toBeVisible();
  });
});

test("a long import goes on while its page is reloaded", async ({ page }) => {
  const name = unique("Long tape");
  const text = ["instrument_id,sector,principal,collateral_value", ...Array.from({ length: 20_000 },
    (_, index) => `L${index},S${index % 9},${1000 + index}.25,${index}.00`), ""].join("\n");
  await page.goto("/datasets/import");
  await chooseFile(page, "long.csv", text);
  await intoNewDataset(page, name);
  await page.getByRole("button", { name: "Continue to columns" }).click();
  await page.getByRole("button", { name: "Continue to options" }).click();
  await whileImportsStand(async () => {
    await page.getByRole("button", { name: "Import and seal" }).click();
    await expect(page).toHaveURL(/[?&]import=/);
    await expect(page.getByRole("progressbar", { name: "Reading rows" })).toBeVisible();
    await page.reload();
    await expect(page.getByText("Rows read")).toBeVisible();
  });
  await expect(page.getByRole("heading", { name: `Version 1 of ${name} is sealed` })).toBeVisible();
  await expect(page.getByText(`${name} v1 is sealed`, { exact: true }), "a message says so")
    .toBeVisible();
  await expect(page.getByRole("region", { name: "Result of the import" })
    .getByRole("link", { name: "20,000", exact: true })).toBeVisible();
});
