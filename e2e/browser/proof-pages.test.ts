import type { Page } from "@playwright/test";
import { newBook, newRun } from "../support/browser-book";
import { answerOf, asAdmin, expect, serverUrl, test } from "../support/browser-test";
import { expectAccessible, expectNoSidewaysScroll } from "../support/page-checks";
import { TOKENS } from "../support/server";

/** The bundle of a run by instrument: what the verifier has most to compute of. */
async function bundle(): Promise<Buffer> {
  const book = await newBook("Bundle");
  const run = await asAdmin("POST", "/api/v3/engines/distressed-asset-debt-stress/run", { body: {
    dataset_version_id: book.version, started_at: "2026-11-01T00:00:00Z",
    parameters: { netting: "instrument", group_by: ["sector"] } } });
  const answer = await fetch(`${serverUrl()}/api/v3/runs/${run.json.run_id}/export?format=zip`,
    { headers: { authorization: `Bearer ${process.env.TEST_ADMIN_TOKEN ?? TOKENS.ADMIN}` } });
  expect(answer.status).toBe(200);
  return Buffer.from(await answer.arrayBuffer());
}

const choose = (page: Page, name: string, buffer: Buffer): Promise<void> =>
  page.getByLabel(/Choose a bundle/).setInputFiles({ name, mimeType: "application/zip", buffer });

test.describe("/verify, without an account", () => {
  test("says of each file whether it holds, and sends none of it", async ({ page }) => {
    const sound = await bundle();
    await page.goto("/verify");
    const sent: string[] = [];
    page.on("request", (request) => { if (request.method() !== "GET") sent.push(request.url()); });

    await choose(page, "sound.zip", sound);
    await expect(page.getByText("sound.zip holds.")).toBeVisible({ timeout: 60_000 });
    const checks = page.getByRole("region", { name: "What was checked" })
      .or(page.locator("#checks"));
    await expect(checks.first()).toContainText(/groups, every instrument under 3 scenarios/);
    await expect(page.getByLabel("Signed checkpoint")).toContainText("todiscope");
    const key = await page.locator("#checkpoint").getByText(/^[0-9a-f]{64}$/).first().innerText();
    const held = page.getByLabel("Key that you hold");
    await held.fill(key.slice(1));
    await expect(page.getByText("A key is 64 hexadecimal digits.")).toBeVisible();
    await held.fill(key.replace(/^./, (digit) => digit === "0" ? "1" : "0"));
    await expect(page.getByText(/^It is another key/)).toBeVisible();
    await held.fill(` ${key.toUpperCase()} `);
    await expect(page.getByText("It is the key that you hold.")).toBeVisible();
    await expectAccessible(page);

    const altered = Buffer.from(sound);
    const at = altered.indexOf("\"is_material\":") + 15;
    altered[at] = (altered[at] as number) ^ 1;
    await choose(page, "altered.zip", altered);
    await expect(page.getByText("altered.zip does not hold.")).toBeVisible({ timeout: 60_000 });
    await expect(page.getByText("sound.zip holds.")).toBeHidden();
    await expect(page.locator("#checks")).toContainText("Fails");
    await expect(page.getByLabel("Signed checkpoint")).toBeHidden();

    await choose(page, "holiday.zip", Buffer.from("PK, but nothing of ours"));
    await expect(page.getByText("This is no bundle of TodiScope.")).toBeVisible();
    await page.setViewportSize({ width: 390, height: 844 });
    await expectNoSidewaysScroll(page);
    expect(sent).toStrictEqual([]);
  });
});

test.describe("/evidence/log", () => {
  test.use({ who: "administrator" });

  test("shows checkpoint and tail, proves and verifies", async ({ page }) => {
    await newRun(await newBook("Logged"));
    expect((await asAdmin("POST", "/api/v3/evidence-log/publish")).status).toBe(200);
    // Of a log that is about to take up seven records, whatever the sequencer does meanwhile.
    await page.route("**/api/v3/evidence-log", async (route) => {
      const answer = await route.fetch();
      await route.fulfill({ response: answer,
        json: { ...await answer.json() as object, unsequenced: 7, unsigned: 3 } });
    });
    await page.goto("/evidence/log");
    const state = page.locator("#log-state");
    await expect(state.locator("div", { hasText: /^Not in the log yet7$/ })).toBeVisible();
    await expect(state.locator("div", { hasText: /^Not signed yet3$/ })).toBeVisible();
    const { checkpoint } = await answerOf("/api/v3/evidence-log");
    const [origin] = checkpoint.note.split("\n") as string[];
    await expect(page.getByLabel("Signed checkpoint")).toContainText(origin as string);
    await page.getByRole("button", { name: "Verify now" }).click();
    await expect(page.getByText("The log holds.")).toBeVisible({ timeout: 60_000 });
    await expect(page.locator("#log-verify")).toContainText(/\d findings? (is|are) still bound/);
    await expectAccessible(page);
    await page.setViewportSize({ width: 390, height: 844 });
    await expectNoSidewaysScroll(page);
  });

  test("says what was removed, and where", async ({ page }) => {
    await page.route("**/api/v3/evidence-log/verify", (route) => route.fulfill({ json: {
      ok: false, size: 9, checked: { entries: 9, nodes: 0, checkpoints: 1, erased: 0, links: 2 },
      problems_count: 51, problems: [{ code: "LINK_MISSING", from_index: 4, to_index: 4,
        kind: "link", id: "an-id", reason: "The link was removed." }] } }));
    await page.goto("/evidence/log");
    await page.getByRole("button", { name: "Verify now" }).click();
    await expect(page.getByText("The log does not hold: 51 things found.")).toBeVisible();
    await expect(page.locator("#log-verify")).toContainText("Entry 4, link an-id. The link was removed.");
    await expect(page.locator("#log-verify")).toContainText("And 50 more.");
  });
});

test.describe("traces", () => {
  test.use({ who: "reader" });

  test("lead from a row to its results, to a finding, and back to the row", async ({ page }) => {
    const book = await newBook("Traced");
    const run = await newRun(book);
    const { items } = await answerOf(`/api/v3/dataset-versions/${book.version}/records?kind=raw`);
    const row = items.find(({ kind }: { kind: string }) => kind === "record");
    await page.goto(`/trace/records/${book.version}/${row.record_id}`);
    await expect(page.getByRole("heading", { level: 1, name: "BK-1, row 2" })).toBeVisible();
    await expect(page.getByText("It is in every total of the version.")).toBeVisible();
    const uses = page.locator("#uses");
    await expect(uses.getByRole("link", { name: run.run_id.slice(0, 8) })).toBeVisible();
    await page.getByRole("button", { name: "Prove it" }).click();
    await expect(page.getByText(/^Proven by \d hash/)).toBeVisible();
    await page.getByRole("button", { name: /table/i }).first().click();
    await expect(page.locator("#trace")).toContainText(row.sha256.slice(0, 16));
    await expectAccessible(page);
    await page.setViewportSize({ width: 390, height: 844 });
    await expectNoSidewaysScroll(page);
    await page.setViewportSize({ width: 1280, height: 800 });

    await uses.getByText("Findings", { exact: true }).click();
    const [finding] = run.material_findings;
    await uses.getByRole("link", { name: finding.id.slice(0, 8) }).click();
    await expect(page.getByRole("heading", { level: 1, name: finding.description })).toBeVisible();
    await expect(page.locator("#chain")).toContainText(/Entry \d|Not there yet/);
    await expectAccessible(page);
    await page.setViewportSize({ width: 390, height: 844 });
    await expectNoSidewaysScroll(page);
    await page.locator("#rows").getByRole("link", { name: "BK-1" }).click();
    await expect(page.getByRole("heading", { level: 1, name: "BK-1, row 2" })).toBeVisible();
  });

  test("say that a record does not exist", async ({ page }) => {
    const book = await newBook("Untraced");
    await page.goto(`/trace/records/${book.version}/00000000-0000-7000-8000-000000000000`);
    await expect(page.getByText("This record does not exist")).toBeVisible();
  });
});
