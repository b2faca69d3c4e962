import path from "node:path";
import { defineConfig } from "vitest/config";

const alias = { "@": path.resolve(import.meta.dirname) };

export default defineConfig({
  resolve: { alias },
  test: {
    projects: [
      {
        resolve: { alias },
        test: {
          name: "unit",
          include: ["lib/**/*.test.{ts,tsx}", "components/**/*.test.{ts,tsx}",
            "prisma/**/*.test.ts"],
          // Simulations and properties on a machine with other work.
          testTimeout: 60_000,
        },
      },
      {
        resolve: { alias },
        // Against running servers with real databases, each file with its own; more than two at a
        // time would wait for each other.
        test: {
          name: "http",
          include: ["e2e/http/**/*.test.ts"],
          globalSetup: "e2e/support/http-setup.ts",
          maxWorkers: 2,
          testTimeout: 60_000,
          hookTimeout: 120_000,
        },
      },
    ],
  },
});
