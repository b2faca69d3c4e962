-- What a sealed version's columns are: the artifact itself lies in the artifact store, can be lost,
-- and is made again from the records. Written with the seal, or by the first use of a version that
-- was sealed before; `format` is that of the encoding, so that a newer one has its own hash.
CREATE TABLE "version_columns" (
  "dataset_version_id" UUID NOT NULL,
  "format" INTEGER NOT NULL,
  "sha256" TEXT NOT NULL CHECK ("sha256" ~ '^[0-9a-f]{64}$'),
  "bytes" BIGINT NOT NULL CHECK ("bytes" > 0),
  "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
  CONSTRAINT "version_columns_pkey" PRIMARY KEY ("dataset_version_id", "format"),
  CONSTRAINT "version_columns_dataset_version_id_fkey" FOREIGN KEY ("dataset_version_id")
    REFERENCES "dataset_version" ("dataset_version_id") ON DELETE RESTRICT ON UPDATE CASCADE
);

CREATE TRIGGER version_columns_is_immutable BEFORE UPDATE OR DELETE OR TRUNCATE ON version_columns
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
