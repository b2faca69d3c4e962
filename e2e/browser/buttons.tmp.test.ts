import { newBook, newRun, nextVersion } from "../support/browser-book";
import { asAdmin, test } from "../support/browser-test";
test.use({ who: "administrator" });
test.setTimeout(200_000);
test("buttons", async ({ page }) => {
  const book = await newBook("Buttons");
  await nextVersion(book);
  const run = await newRun(book);
  const scen = await asAdmin("POST", "/api/v3/scenarios", { body: { scenario_id: `b_${Date.now()}`, name: "Audit", collateral_market_impact_pct: -0.2 } });
  for (const path of ["/", "/datasets", `/datasets/${book.dataset}`, `/versions/${book.version}`, `/versions/${book.version}?view=records`, `/versions/${book.version}?view=quality`, `/workbench?version=${book.version}&run=${run.run_id}`, "/runs", `/runs/${run.run_id}`, "/evidence/log", "/scenarios", `/scenarios/${scen.json.library_scenario_id}`, "/operations", "/operations?tab=jobs", "/operations?tab=audit", "/admin", "/admin?tab=tokens", "/account"]) {
    await page.goto(path); await page.waitForLoadState("networkidle");
    const names = await page.evaluate(() => [...document.querySelectorAll("main button, main summary, main [role=tab]")].filter((b) => b.checkVisibility()).map((b) => `${b.getAttribute("aria-label") ?? b.textContent}${b.getAttribute("aria-haspopup") ? " [" + b.getAttribute("aria-haspopup") + "]" : ""}`));
    console.log(path, [...new Set(names)].slice(0, 60).join(" | "));
  }
});
