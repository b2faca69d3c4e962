-- What a dataset asks of its tapes, where it is not the built-in rules: what a version was judged by
-- stands in its options, whatever becomes of this row.
CREATE TABLE "quality_settings" (
  "dataset_id" UUID NOT NULL,
  "built_ins" JSONB NOT NULL,
  "rules" JSONB NOT NULL,
  "tolerances" JSONB NOT NULL,
  "changed_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
  "changed_by" TEXT NOT NULL,

  CONSTRAINT "quality_settings_pkey" PRIMARY KEY ("dataset_id"),
  CONSTRAINT "quality_settings_dataset_id_fkey" FOREIGN KEY ("dataset_id")
    REFERENCES "dataset" ("dataset_id") ON DELETE RESTRICT ON UPDATE CASCADE
);

-- Which rule a row breaks; null for what is found while it is read.
ALTER TABLE "row_problem" ADD COLUMN "rule_id" TEXT;
