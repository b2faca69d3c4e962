-- What a schedule of reports makes: of which dataset, for whom, as which kind of file.
ALTER TABLE "schedule" ADD COLUMN "parameters" JSONB;

-- Reports that a job made; their bytes are in the artifact store by their hash.
CREATE TABLE "report_file" (
  "report_file_id" UUID NOT NULL,
  "dataset_id" UUID NOT NULL,
  "run_id" UUID NOT NULL,
  "template" TEXT NOT NULL,
  "format" TEXT NOT NULL,
  "sign_off" TEXT NOT NULL,
  "sha256" TEXT NOT NULL,
  "bytes" INTEGER NOT NULL,
  "job_id" UUID NOT NULL,
  "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

  CONSTRAINT "report_file_pkey" PRIMARY KEY ("report_file_id"),
  CONSTRAINT "report_file_dataset_id_fkey" FOREIGN KEY ("dataset_id")
    REFERENCES "dataset" ("dataset_id") ON DELETE RESTRICT ON UPDATE CASCADE,
  CONSTRAINT "report_file_run_id_fkey" FOREIGN KEY ("run_id")
    REFERENCES "run" ("run_id") ON DELETE RESTRICT ON UPDATE CASCADE
);
CREATE UNIQUE INDEX "report_file_job_id_key" ON "report_file" ("job_id");
CREATE INDEX "report_file_dataset_id_created_at_idx" ON "report_file" ("dataset_id", "created_at");

CREATE TRIGGER report_file_is_immutable BEFORE UPDATE OR DELETE ON report_file
  FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER report_file_keeps_all BEFORE TRUNCATE ON report_file
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
