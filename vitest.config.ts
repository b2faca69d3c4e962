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
        // Against running servers with real databases: one file after the other.
        test: {
          name: "http",
          include: ["e2e/http/**/*.test.ts"],
          fileParallelism: false,
          testTimeout: 60_000,
          hookTimeout: 120_000,
        },
      },
    ],
  },
});
