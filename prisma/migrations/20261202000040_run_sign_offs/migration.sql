-- Who prepared, reviewed and approved a run, or returned it and why; said once, never taken back.
CREATE TABLE "run_sign_off_step" (
  "run_sign_off_step_id" UUID NOT NULL,
  "run_id" UUID NOT NULL,
  "number" INTEGER NOT NULL,
  "step" TEXT NOT NULL,
  "note" TEXT,
  "signed_by" TEXT NOT NULL,
  "person" TEXT NOT NULL,
  "signed_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

  CONSTRAINT "run_sign_off_step_pkey" PRIMARY KEY ("run_sign_off_step_id"),
  CONSTRAINT "run_sign_off_step_known"
    CHECK ("step" IN ('prepared', 'reviewed', 'approved', 'returned')),
  CONSTRAINT "run_sign_off_step_run_id_fkey" FOREIGN KEY ("run_id")
    REFERENCES "run" ("run_id") ON DELETE RESTRICT ON UPDATE CASCADE
);
CREATE UNIQUE INDEX "run_sign_off_step_run_id_number_key" ON "run_sign_off_step" ("run_id", "number");

CREATE TRIGGER run_sign_off_step_is_immutable BEFORE UPDATE OR DELETE ON run_sign_off_step
  FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER run_sign_off_step_keeps_all BEFORE TRUNCATE ON run_sign_off_step
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

-- The last step of each run, by which the history is filtered; what counts are the steps.
CREATE TABLE "run_sign_off" (
  "run_id" UUID NOT NULL,
  "state" TEXT NOT NULL,

  CONSTRAINT "run_sign_off_pkey" PRIMARY KEY ("run_id"),
  CONSTRAINT "run_sign_off_run_id_fkey" FOREIGN KEY ("run_id")
    REFERENCES "run" ("run_id") ON DELETE RESTRICT ON UPDATE CASCADE
);
CREATE INDEX "run_sign_off_state_idx" ON "run_sign_off" ("state");
