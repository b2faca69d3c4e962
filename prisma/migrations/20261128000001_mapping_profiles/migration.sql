-- Mappings of a dataset's tapes under a name. They are tools, no evidence: what an import used
-- stands in its version's options, whatever becomes of the profile.
CREATE TABLE mapping_profile (
  "mapping_profile_id" UUID NOT NULL,
  "dataset_id" UUID NOT NULL,
  "name" TEXT NOT NULL,
  "mapping" JSONB NOT NULL,
  "locale" TEXT,
  "created_by" TEXT NOT NULL,
  "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT now(),
  "updated_by" TEXT NOT NULL,
  "updated_at" TIMESTAMPTZ(3) NOT NULL DEFAULT now(),
  CONSTRAINT "mapping_profile_pkey" PRIMARY KEY ("mapping_profile_id"),
  CONSTRAINT "mapping_profile_dataset_id_fkey" FOREIGN KEY ("dataset_id")
    REFERENCES dataset ("dataset_id") ON DELETE RESTRICT ON UPDATE CASCADE
);
CREATE UNIQUE INDEX "mapping_profile_dataset_id_name_key"
  ON mapping_profile ("dataset_id", "name");
