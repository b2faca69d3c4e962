-- Work in the background. The queue library's own tables stand in the schema graphile_worker and
-- only deliver; what a job is, how far it got and how it ended stands here.

CREATE TABLE "job" (
    "job_id" UUID NOT NULL,
    "kind" TEXT NOT NULL,
    "state" TEXT NOT NULL DEFAULT 'queued',
    "subject_id" TEXT,
    "folder_id" TEXT,
    "payload" JSONB NOT NULL DEFAULT '{}',
    "attempts" INTEGER NOT NULL DEFAULT 0,
    "max_attempts" INTEGER NOT NULL,
    "available_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "claim_id" UUID,
    "worker" TEXT,
    "worker_key" INTEGER,
    "rows_done" INTEGER NOT NULL DEFAULT 0,
    "rows_total" INTEGER,
    "bytes_done" BIGINT NOT NULL DEFAULT 0,
    "bytes_total" BIGINT,
    "result" JSONB,
    "failure" JSONB,
    "resolution" JSONB,
    "cancel_requested_at" TIMESTAMPTZ(3),
    "cancel_requested_by" TEXT,
    "schedule_id" UUID,
    "correlation_id" TEXT,
    "created_by" TEXT NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "started_at" TIMESTAMPTZ(3),
    "heartbeat_at" TIMESTAMPTZ(3),
    "finished_at" TIMESTAMPTZ(3),

    CONSTRAINT "job_pkey" PRIMARY KEY ("job_id")
);

ALTER TABLE "job" ADD CONSTRAINT "job_state_known"
  CHECK (state IN ('queued', 'running', 'succeeded', 'failed', 'cancelled'));
-- A claim belongs to a running job, and to no other: ending a job twice finds no claim.
ALTER TABLE "job" ADD CONSTRAINT "job_claim_while_running"
  CHECK ((state = 'running') = (claim_id IS NOT NULL));
ALTER TABLE "job" ADD CONSTRAINT "job_finished_when_ended"
  CHECK ((state IN ('succeeded', 'failed', 'cancelled')) = (finished_at IS NOT NULL));

CREATE INDEX "job_created_at_idx" ON "job"("created_at");
CREATE INDEX "job_subject_id_idx" ON "job"("subject_id");
CREATE INDEX "job_open_idx" ON "job"("state") WHERE state IN ('queued', 'running');

-- A job that ended well keeps its one result.
CREATE FUNCTION refuse_second_result() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION '% on job % is refused: it has succeeded', TG_OP, OLD.job_id
    USING ERRCODE = 'TS001';
END
$$;
CREATE TRIGGER job_has_one_result BEFORE UPDATE ON job
  FOR EACH ROW WHEN (OLD.state = 'succeeded') EXECUTE FUNCTION refuse_second_result();

CREATE TABLE "schedule" (
    "schedule_id" UUID NOT NULL,
    "kind" TEXT NOT NULL,
    "cron" TEXT NOT NULL,
    "enabled" BOOLEAN NOT NULL DEFAULT true,
    "next_run_at" TIMESTAMPTZ(3) NOT NULL,
    "last_run_at" TIMESTAMPTZ(3),
    "last_job_id" UUID,
    "created_by" TEXT NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "schedule_pkey" PRIMARY KEY ("schedule_id")
);

-- Every night, in UTC: the evidence is verified, left-over upload files go.
INSERT INTO "schedule" (schedule_id, kind, cron, next_run_at, created_by) VALUES
  (gen_random_uuid(), 'verify_evidence', '0 3 * * *',
    (date_trunc('day', now() AT TIME ZONE 'UTC') + interval '1 day 3 hours') AT TIME ZONE 'UTC',
    'todiscope'),
  (gen_random_uuid(), 'clean_uploads', '30 3 * * *',
    (date_trunc('day', now() AT TIME ZONE 'UTC') + interval '1 day 210 minutes') AT TIME ZONE 'UTC',
    'todiscope');

-- Imports that a version without jobs left behind have nobody to go on with them.
UPDATE dataset_version SET
  failure = '{"code": "INTERRUPTED", "message": "The server stopped during the import. Import it again."}',
  status = CASE WHEN status = 'normalizing' THEN 'ingested' ELSE 'failed' END
  WHERE status IN ('importing', 'normalizing');
ALTER TABLE dataset_version DROP COLUMN heartbeat_at;
