-- What an instrument was at an earlier measurement date of a tape: kept, and in no total.
ALTER TABLE "normalized_record" DROP CONSTRAINT "normalized_kind_known";
ALTER TABLE "normalized_record" ADD CONSTRAINT "normalized_kind_known" CHECK (kind IN
  ('instrument', 'distressed_asset', 'portfolio', 'consolidated', 'earlier_position', 'obligor',
   'collateral')) NOT VALID;
ALTER TABLE "normalized_record" VALIDATE CONSTRAINT "normalized_kind_known";

-- Files that arrive in pieces. The bytes lie in the data folder; how many count stands here, so
-- that a piece counts whole or not at all.
CREATE TABLE "upload_session" (
  "upload_id" UUID NOT NULL,
  "dataset_id" UUID NOT NULL,
  "folder_id" TEXT NOT NULL,
  "name" TEXT NOT NULL,
  "media_type" TEXT NOT NULL,
  "content_encoding" TEXT,
  "bytes" BIGINT NOT NULL,
  "received" BIGINT NOT NULL DEFAULT 0,
  "sha256" TEXT,
  "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
  "created_by" TEXT NOT NULL,
  "expires_at" TIMESTAMPTZ(3) NOT NULL,

  CONSTRAINT "upload_session_pkey" PRIMARY KEY ("upload_id"),
  CONSTRAINT "upload_session_dataset_id_fkey" FOREIGN KEY ("dataset_id")
    REFERENCES "dataset" ("dataset_id") ON DELETE RESTRICT ON UPDATE CASCADE,
  CONSTRAINT "upload_session_received_within" CHECK (received BETWEEN 0 AND bytes)
);

-- How long versions of a dataset are kept; without a row, for ever.
CREATE TABLE "retention_rule" (
  "dataset_id" UUID NOT NULL,
  "mode" TEXT NOT NULL DEFAULT 'off',
  "keep_newest" INTEGER,
  "keep_months" INTEGER,
  "changed_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
  "changed_by" TEXT NOT NULL,

  CONSTRAINT "retention_rule_pkey" PRIMARY KEY ("dataset_id"),
  CONSTRAINT "retention_rule_dataset_id_fkey" FOREIGN KEY ("dataset_id")
    REFERENCES "dataset" ("dataset_id") ON DELETE RESTRICT ON UPDATE CASCADE,
  CONSTRAINT "retention_rule_mode_known" CHECK (mode IN ('off', 'propose', 'erase')),
  CONSTRAINT "retention_rule_limits"
    CHECK (mode = 'off' OR keep_newest >= 1 OR keep_months >= 1)
);
