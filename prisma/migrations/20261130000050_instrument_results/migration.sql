-- What each instrument of a version comes to under a netting and a scenario: the results lie in the
-- artifact store by their hash, can be lost, and are made again. Written by the first who asks;
-- `request_sha256` is that of the netting and the scenario in canonical form.
CREATE TABLE "instrument_results" (
  "dataset_version_id" UUID NOT NULL,
  "request_sha256" TEXT NOT NULL CHECK ("request_sha256" ~ '^[0-9a-f]{64}$'),
  "format" INTEGER NOT NULL,
  "sha256" TEXT NOT NULL CHECK ("sha256" ~ '^[0-9a-f]{64}$'),
  "bytes" BIGINT NOT NULL CHECK ("bytes" >= 0),
  "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
  CONSTRAINT "instrument_results_pkey"
    PRIMARY KEY ("dataset_version_id", "request_sha256", "format"),
  CONSTRAINT "instrument_results_dataset_version_id_fkey" FOREIGN KEY ("dataset_version_id")
    REFERENCES "dataset_version" ("dataset_version_id") ON DELETE RESTRICT ON UPDATE CASCADE
);

CREATE TRIGGER instrument_results_is_immutable BEFORE UPDATE OR DELETE OR TRUNCATE
  ON instrument_results FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
