-- What a portfolio is judged by, where it is not the model's defaults (MODEL.md section 9).
CREATE TABLE "kpi_settings" (
  "dataset_id" UUID NOT NULL,
  "tangible_equity" DOUBLE PRECISION,
  "limits" JSONB NOT NULL,
  "changed_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
  "changed_by" TEXT NOT NULL,

  CONSTRAINT "kpi_settings_pkey" PRIMARY KEY ("dataset_id"),
  CONSTRAINT "kpi_settings_dataset_id_fkey" FOREIGN KEY ("dataset_id")
    REFERENCES "dataset" ("dataset_id") ON DELETE RESTRICT ON UPDATE CASCADE
);
