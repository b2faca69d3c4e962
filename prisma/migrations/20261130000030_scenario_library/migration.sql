-- The scenario library: an entry moves on, what a version says and what was decided on it stay.
CREATE TABLE "library_scenario" (
  "library_scenario_id" UUID NOT NULL,
  "scenario_id" TEXT NOT NULL,
  "state" TEXT NOT NULL DEFAULT 'draft',
  "latest_version_id" UUID,
  "approved_number" INTEGER,
  "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
  "created_by" TEXT NOT NULL,
  "updated_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
  "archived_at" TIMESTAMPTZ(3),
  "archived_by" TEXT,

  CONSTRAINT "library_scenario_pkey" PRIMARY KEY ("library_scenario_id"),
  CONSTRAINT "library_scenario_state_known"
    CHECK (state IN ('draft', 'submitted', 'approved', 'rejected', 'retired'))
);
CREATE UNIQUE INDEX "library_scenario_scenario_id_key" ON "library_scenario" ("scenario_id");
CREATE UNIQUE INDEX "library_scenario_latest_version_id_key"
  ON "library_scenario" ("latest_version_id");
CREATE INDEX "library_scenario_created_at_library_scenario_id_idx"
  ON "library_scenario" ("created_at", "library_scenario_id");

CREATE TABLE "scenario_version" (
  "scenario_version_id" UUID NOT NULL,
  "library_scenario_id" UUID NOT NULL,
  "number" INTEGER NOT NULL,
  "name" TEXT NOT NULL,
  "description" TEXT NOT NULL,
  "shocks" JSONB NOT NULL,
  "segment_shocks" JSONB,
  "tags" TEXT[],
  "note" TEXT NOT NULL,
  "author" TEXT NOT NULL,
  "author_person" TEXT NOT NULL,
  "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

  CONSTRAINT "scenario_version_pkey" PRIMARY KEY ("scenario_version_id"),
  CONSTRAINT "scenario_version_library_scenario_id_fkey" FOREIGN KEY ("library_scenario_id")
    REFERENCES "library_scenario" ("library_scenario_id") ON DELETE RESTRICT ON UPDATE CASCADE,
  CONSTRAINT "scenario_version_number" CHECK (number >= 1)
);
CREATE UNIQUE INDEX "scenario_version_library_scenario_id_number_key"
  ON "scenario_version" ("library_scenario_id", "number");
ALTER TABLE "library_scenario" ADD CONSTRAINT "library_scenario_latest_version_id_fkey"
  FOREIGN KEY ("latest_version_id") REFERENCES "scenario_version" ("scenario_version_id")
  ON DELETE SET NULL ON UPDATE CASCADE;

CREATE TABLE "scenario_decision" (
  "scenario_decision_id" UUID NOT NULL,
  "scenario_version_id" UUID NOT NULL,
  "state" TEXT NOT NULL,
  "reason" TEXT,
  "decided_by" TEXT NOT NULL,
  "decided_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

  CONSTRAINT "scenario_decision_pkey" PRIMARY KEY ("scenario_decision_id"),
  CONSTRAINT "scenario_decision_scenario_version_id_fkey" FOREIGN KEY ("scenario_version_id")
    REFERENCES "scenario_version" ("scenario_version_id") ON DELETE RESTRICT ON UPDATE CASCADE,
  CONSTRAINT "scenario_decision_state_known"
    CHECK (state IN ('submitted', 'approved', 'rejected', 'retired'))
);
CREATE INDEX "scenario_decision_scenario_version_id_idx"
  ON "scenario_decision" ("scenario_version_id");

CREATE TRIGGER scenario_version_is_immutable BEFORE UPDATE OR DELETE OR TRUNCATE
  ON scenario_version FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER scenario_decision_is_immutable BEFORE UPDATE OR DELETE OR TRUNCATE
  ON scenario_decision FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

-- How somebody says that shocks follow from macro variables; without a dataset, for all of them.
CREATE TABLE "macro_mapping" (
  "macro_mapping_id" UUID NOT NULL,
  "dataset_id" UUID,
  "name" TEXT NOT NULL,
  "content" JSONB NOT NULL,
  "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
  "created_by" TEXT NOT NULL,
  "updated_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
  "updated_by" TEXT NOT NULL,

  CONSTRAINT "macro_mapping_pkey" PRIMARY KEY ("macro_mapping_id"),
  CONSTRAINT "macro_mapping_dataset_id_fkey" FOREIGN KEY ("dataset_id")
    REFERENCES "dataset" ("dataset_id") ON DELETE RESTRICT ON UPDATE CASCADE
);
CREATE INDEX "macro_mapping_created_at_macro_mapping_id_idx"
  ON "macro_mapping" ("created_at", "macro_mapping_id");
