import { defineConfig } from "prisma/config";

// `prisma generate` needs no schema engine; without this it would try to download one.
process.env.PRISMA_SCHEMA_ENGINE_BINARY ??= "/usr/bin/true";

export default defineConfig({
  schema: "prisma/schema",
  migrations: { path: "prisma/migrations" },
  datasource: { url: process.env.TODISCOPE_DATABASE_URL ?? "postgresql://localhost/todiscope" },
});
