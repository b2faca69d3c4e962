import { readFileSync } from "node:fs";
import type { Page } from "@playwright/test";
import { newBook, newRun } from "../support/browser-book";
import {
  answerOf, asAdmin, expect, newPerson, settledIn, signIn, test, unique,
} from "../support/browser-test";
import { until } from "../support/until";

/** A dataset whose event is in the chain already; its name and correlation id. */
async function newEvent(): Promise<{ name: string; correlation: string; eventId: string }> {
  const name = unique("Audited");
  const correlation = unique("corr").replaceAll(" ", "-");
  await asAdmin("POST", "/api/v3/datasets", { body: { name, base_currency: "EUR" },
    headers: { "x-correlation-id": correlation } });
  const event = await until("the event is in the chain", async () => {
    const { items } = await answerOf(`/api/v3/audit?correlation_id=${correlation}`);
    return items[0]?.position ? items[0] : undefined;
  });
  return { name, correlation, eventId: event.audit_event_id };
}

const table = (page: Page) => page.getByRole("region", { name: "Audit events" });

test.describe("an administrator", () => {
  test.use({ who: "administrator" });

  test("finds an event, reads what it changed and reopens it by its address", async ({ page }) => {
    const { name, correlation, eventId } = await newEvent();
    await page.goto("/operations?tab=audit");
    await page.getByRole("searchbox", { name: "Search in every field" }).fill(correlation);
    await expect(page).toHaveURL(new RegExp(`q=${correlation}`));
    await expect(table(page).getByRole("row")).toHaveCount(2);
    await expect(table(page).getByRole("link", { name })).toHaveAttribute("href", /^\/datasets\//);
    await table(page).getByRole("row").nth(1).getByText("Dataset created").click();
    const dialog = page.getByRole("dialog", { name: "Dataset created" });
    await expect(dialog.getByRole("row", { name: `name ${name}` })).toBeVisible();
    await expect(dialog.getByRole("row", { name: "base_currency EUR" })).toBeVisible();
    await expect(dialog).toContainText(eventId);
    await expect(page).toHaveURL(new RegExp(`event=${eventId}`));
    await page.reload();
    await expect(dialog).toContainText(correlation);
    await page.keyboard.press("Escape");
    await expect(dialog).toHaveCount(0);
    await page.goto(`/operations?tab=audit&type=token.*&event=${eventId}`);
    await expect(dialog, "also when the list does not hold it").toContainText(correlation);
    await dialog.getByRole("button", { name: "Show all with it" }).nth(1).click();
    await expect(page).toHaveURL(new RegExp(`correlation_id=${correlation}`));
    await expect(table(page).getByRole("row")).toHaveCount(2);
  });

  test("narrows the log by kind and role, and says when nothing matches", async ({ page }) => {
    const book = await newBook("Audit filters");
    await newRun(book);
    await page.goto(`/operations?tab=audit&dataset_version_id=${book.version}`);
    await expect(table(page).getByText("Run recorded")).toBeVisible();
    await page.getByRole("combobox", { name: "Kind of event" }).selectOption("Dataset versions");
    await expect(table(page).getByText("Dataset version sealed")).toBeVisible();
    await expect(table(page).getByText("Run recorded")).toHaveCount(0);
    await page.getByRole("button", { name: "Filters (1)" }).click();
    await page.getByRole("combobox", { name: "Role" }).selectOption("Approve");
    await page.keyboard.press("Escape");
    await expect(page.getByRole("heading", { name: "No event matches" })).toBeVisible();
    await page.getByRole("button", { name: "Show all events" }).click();
    await expect(table(page).getByRole("row").nth(3)).toBeVisible();
    await expect(page).toHaveURL(/\/operations\?tab=audit$/);
    await page.goto("/operations?tab=audit&dataset_version_id=7");
    await expect(page.getByRole("alert").filter({ hasText: "dataset_version_id" })).toBeVisible();
  });

  test("verifies the chain and reads the result in words", async ({ page }) => {
    await page.goto("/operations?tab=audit");
    const chain = page.getByRole("region", { name: "Hash chain" });
    await expect(chain).toContainText("Waiting for a link");
    await chain.getByRole("button", { name: "Verify" }).click();
    await expect(chain.getByRole("status").filter({ hasText: "The audit log is unchanged." }))
      .toContainText(/events were read again/);
  });

  test("exports what is filtered", async ({ page }) => {
    const { name, correlation } = await newEvent();
    await page.goto(`/operations?tab=audit&correlation_id=${correlation}`);
    await expect(table(page).getByRole("row")).toHaveCount(2);
    const download = page.waitForEvent("download");
    await page.getByRole("link", { name: "CSV" }).click();
    const file = await download;
    expect(file.suggestedFilename()).toMatch(/^todiscope-audit-\d{4}-\d\d-\d\d\.csv$/);
    const lines = readFileSync(await file.path(), "utf8").trimEnd().split("\r\n");
    expect(lines).toHaveLength(2);
    expect(lines[1]).toContain(name);
  });
});

test("a sign-out is in the log, with who it was", async ({ page }) => {
  const person = await newPerson(["READ"]);
  await settledIn(person);
  await page.context().addCookies((await signIn(person)).cookies);
  await page.goto("/runs");
  await page.getByRole("button", { name: /account of Test Person/ }).click();
  await page.getByRole("menuitem", { name: "Sign out" }).click();
  await expect(page).toHaveURL(/\/signin$/);
  const { items } = await answerOf(`/api/v3/audit?type=sign_out.*&actor=${person.email}`);
  expect(items).toMatchObject([{ actor: person.email, subject_id: person.id, role: "READ" }]);
});

test.describe("a reader", () => {
  test.use({ who: "reader" });

  test("is told which role the audit log needs, and asks for nothing of it", async ({ page }) => {
    const asked: string[] = [];
    page.on("request", (request) => {
      if (request.url().includes("/api/v3/audit")) asked.push(request.url());
    });
    await page.goto("/operations?tab=audit");
    await expect(page.getByRole("heading", { name: "You need the Audit role" })).toBeVisible();
    expect(asked).toStrictEqual([]);
  });
});
