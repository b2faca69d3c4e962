-- Addresses of pages under a name, for one person or for all who may read. Tools, no evidence.
CREATE TABLE "saved_view" (
  "saved_view_id" UUID NOT NULL,
  "owner_id" TEXT NOT NULL,
  "name" TEXT NOT NULL,
  "path" TEXT NOT NULL,
  "search" TEXT NOT NULL,
  "shared" BOOLEAN NOT NULL,
  "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
  "created_by" TEXT NOT NULL,

  CONSTRAINT "saved_view_pkey" PRIMARY KEY ("saved_view_id")
);
CREATE UNIQUE INDEX "saved_view_owner_id_path_name_key" ON "saved_view" ("owner_id", "path", "name");
CREATE INDEX "saved_view_created_at_idx" ON "saved_view" ("created_at");
