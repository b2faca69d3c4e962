import { defineConfig } from "@playwright/test";

const executablePath = process.env.TODISCOPE_BROWSER || undefined;

export default defineConfig({
  testDir: "e2e/browser",
  // Snapshots hold places, not pixels: they are the same on every platform.
  snapshotPathTemplate: "{testDir}/{testFileName}-snapshots/{arg}{ext}",
  globalSetup: "./e2e/support/browser-setup.ts",
  // Each has a server to itself; one server for all has one worker.
  workers: process.env.TEST_SERVER_URL ? 1 : 2,
  forbidOnly: true,
  // Two workers share two processors: the API's reference under axe takes longest.
  timeout: 120_000,
  expect: { timeout: 15_000 },
  reporter: [["list"]],
  use: {
    launchOptions: {
      ...(executablePath ? { executablePath } : {}),
      args: ["--no-sandbox", "--disable-background-networking", "--disable-component-update"],
    },
    viewport: { width: 1440, height: 1000 },
    actionTimeout: 15_000,
    // A trace of every test would take longer than the tests.
    screenshot: "only-on-failure",
  },
});
