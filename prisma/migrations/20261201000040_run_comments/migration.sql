-- What people say about a run or one of its findings; said once, never taken back.
CREATE TABLE "run_comment" (
  "run_comment_id" UUID NOT NULL,
  "run_id" UUID NOT NULL,
  "finding_id" UUID,
  "text" TEXT NOT NULL,
  "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
  "created_by" TEXT NOT NULL,

  CONSTRAINT "run_comment_pkey" PRIMARY KEY ("run_comment_id"),
  CONSTRAINT "run_comment_run_id_fkey" FOREIGN KEY ("run_id")
    REFERENCES "run" ("run_id") ON DELETE RESTRICT ON UPDATE CASCADE
);
CREATE INDEX "run_comment_run_id_created_at_idx" ON "run_comment" ("run_id", "created_at");

CREATE TRIGGER run_comment_is_immutable BEFORE UPDATE OR DELETE ON run_comment
  FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER run_comment_keeps_all BEFORE TRUNCATE ON run_comment
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
