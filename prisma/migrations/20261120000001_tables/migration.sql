-- CreateSchema
CREATE SCHEMA IF NOT EXISTS "public";

-- CreateTable
CREATE TABLE "app_user" (
    "user_id" UUID NOT NULL,
    "email" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "password_hash" TEXT NOT NULL,
    "roles" TEXT[],
    "must_change_password" BOOLEAN NOT NULL DEFAULT false,
    "session_version" INTEGER NOT NULL DEFAULT 1,
    "disabled_at" TIMESTAMPTZ(3),
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "last_sign_in_at" TIMESTAMPTZ(3),

    CONSTRAINT "app_user_pkey" PRIMARY KEY ("user_id")
);

-- CreateTable
CREATE TABLE "api_token" (
    "token_id" UUID NOT NULL,
    "name" TEXT NOT NULL,
    "roles" TEXT[],
    "secret_sha256" TEXT NOT NULL,
    "created_by" TEXT NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "expires_at" TIMESTAMPTZ(3),
    "revoked_at" TIMESTAMPTZ(3),
    "last_used_at" TIMESTAMPTZ(3),

    CONSTRAINT "api_token_pkey" PRIMARY KEY ("token_id")
);

-- CreateTable
CREATE TABLE "audit_event" (
    "audit_event_id" UUID NOT NULL,
    "type" TEXT NOT NULL,
    "actor" TEXT NOT NULL,
    "request_id" TEXT,
    "dataset_version_id" UUID,
    "subject_id" TEXT,
    "reason" TEXT,
    "details" JSONB,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "audit_event_pkey" PRIMARY KEY ("audit_event_id")
);

-- CreateTable
CREATE TABLE "dataset" (
    "dataset_id" UUID NOT NULL,
    "name" TEXT NOT NULL,
    "base_currency" TEXT NOT NULL,
    "description" TEXT,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "created_by" TEXT NOT NULL,

    CONSTRAINT "dataset_pkey" PRIMARY KEY ("dataset_id")
);

-- CreateTable
CREATE TABLE "dataset_version" (
    "dataset_version_id" UUID NOT NULL,
    "dataset_id" UUID NOT NULL,
    "number" INTEGER NOT NULL,
    "status" TEXT NOT NULL,
    "as_of" DATE,
    "source_system" TEXT,
    "source_name" TEXT,
    "source_media_type" TEXT NOT NULL,
    "source_bytes" BIGINT NOT NULL,
    "source_sha256" TEXT NOT NULL,
    "options" JSONB NOT NULL,
    "raw_count" INTEGER NOT NULL DEFAULT 0,
    "normalized_count" INTEGER NOT NULL DEFAULT 0,
    "rejected_count" INTEGER NOT NULL DEFAULT 0,
    "warning_count" INTEGER NOT NULL DEFAULT 0,
    "rows_done" INTEGER NOT NULL DEFAULT 0,
    "bytes_done" BIGINT NOT NULL DEFAULT 0,
    "content_hash" TEXT,
    "consolidated_record_id" UUID,
    "consolidated" JSONB,
    "report_raw_record_id" UUID,
    "quality" JSONB,
    "warnings" JSONB,
    "failure" JSONB,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "created_by" TEXT NOT NULL,
    "heartbeat_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "sealed_at" TIMESTAMPTZ(3),
    "erased_at" TIMESTAMPTZ(3),

    CONSTRAINT "dataset_version_pkey" PRIMARY KEY ("dataset_version_id")
);

-- CreateTable
CREATE TABLE "evidence_records" (
    "evidence_id" UUID NOT NULL,
    "kind" TEXT NOT NULL,
    "dataset_version_id" UUID NOT NULL,
    "engine_id" TEXT NOT NULL,
    "engine_version" TEXT NOT NULL,
    "payload" JSONB,
    "sha256" TEXT NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "evidence_records_pkey" PRIMARY KEY ("evidence_id")
);

-- CreateTable
CREATE TABLE "finding_record" (
    "finding_id" UUID NOT NULL,
    "kind" TEXT NOT NULL,
    "dataset_version_id" UUID NOT NULL,
    "engine_id" TEXT NOT NULL,
    "evidence_id" UUID NOT NULL,
    "is_material" BOOLEAN NOT NULL,
    "payload" JSONB,
    "sha256" TEXT NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "finding_record_pkey" PRIMARY KEY ("finding_id")
);

-- CreateTable
CREATE TABLE "finding_evidence_link" (
    "link_id" UUID NOT NULL,
    "finding_id" UUID NOT NULL,
    "evidence_id" UUID NOT NULL,
    "dataset_version_id" UUID NOT NULL,
    "engine_id" TEXT NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "finding_evidence_link_pkey" PRIMARY KEY ("link_id")
);

-- CreateTable
CREATE TABLE "run" (
    "run_id" UUID NOT NULL,
    "dataset_version_id" UUID NOT NULL,
    "engine_id" TEXT NOT NULL,
    "engine_version" TEXT NOT NULL,
    "started_at" TIMESTAMPTZ(3) NOT NULL,
    "parameters" JSONB NOT NULL,
    "exposure_evidence_id" UUID NOT NULL,
    "evidence_ids" UUID[],
    "finding_ids" UUID[],
    "summary" JSONB,
    "request_id" TEXT NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "created_by" TEXT NOT NULL,

    CONSTRAINT "run_pkey" PRIMARY KEY ("run_id")
);

-- CreateTable
CREATE TABLE "raw_record" (
    "raw_record_id" UUID NOT NULL,
    "dataset_version_id" UUID NOT NULL,
    "kind" TEXT NOT NULL,
    "row_number" INTEGER NOT NULL,
    "source_record_id" TEXT,
    "payload" JSONB,
    "sha256" TEXT NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "raw_record_pkey" PRIMARY KEY ("raw_record_id")
);

-- CreateTable
CREATE TABLE "normalized_record" (
    "normalized_record_id" UUID NOT NULL,
    "dataset_version_id" UUID NOT NULL,
    "raw_record_id" UUID,
    "kind" TEXT NOT NULL,
    "row_number" INTEGER NOT NULL,
    "instrument_id" TEXT,
    "obligor_id" TEXT,
    "obligor_group" TEXT,
    "legal_entity" TEXT,
    "asset_class" TEXT,
    "sector" TEXT,
    "country" TEXT,
    "region" TEXT,
    "currency" TEXT,
    "collateral_type" TEXT,
    "rating" TEXT,
    "status" TEXT,
    "stage" INTEGER,
    "days_past_due" INTEGER,
    "interest_rate_pct" DOUBLE PRECISION,
    "outstanding_units" BIGINT NOT NULL,
    "outstanding_rate_units" DECIMAL NOT NULL,
    "collateral_units" BIGINT NOT NULL,
    "assets_units" BIGINT NOT NULL,
    "distressed_units" BIGINT NOT NULL,
    "distressed_recovery_units" DECIMAL NOT NULL,
    "distressed_count" INTEGER NOT NULL,
    "instrument_count" INTEGER NOT NULL,
    "payload" JSONB,
    "sha256" TEXT NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "normalized_record_pkey" PRIMARY KEY ("normalized_record_id")
);

-- CreateTable
CREATE TABLE "row_problem" (
    "row_problem_id" BIGSERIAL NOT NULL,
    "dataset_version_id" UUID NOT NULL,
    "row_number" INTEGER NOT NULL,
    "column_name" TEXT,
    "value" TEXT,
    "code" TEXT NOT NULL,
    "severity" TEXT NOT NULL,
    "message" TEXT NOT NULL,
    "recommendation" TEXT NOT NULL,

    CONSTRAINT "row_problem_pkey" PRIMARY KEY ("row_problem_id")
);

-- CreateIndex
CREATE UNIQUE INDEX "app_user_email_key" ON "app_user"("email");

-- CreateIndex
CREATE UNIQUE INDEX "api_token_secret_sha256_key" ON "api_token"("secret_sha256");

-- CreateIndex
CREATE INDEX "audit_event_created_at_idx" ON "audit_event"("created_at");

-- CreateIndex
CREATE INDEX "dataset_version_status_idx" ON "dataset_version"("status");

-- CreateIndex
CREATE UNIQUE INDEX "dataset_version_dataset_id_number_key" ON "dataset_version"("dataset_id", "number");

-- CreateIndex
CREATE INDEX "evidence_records_dataset_version_id_kind_idx" ON "evidence_records"("dataset_version_id", "kind");

-- CreateIndex
CREATE INDEX "finding_record_dataset_version_id_is_material_idx" ON "finding_record"("dataset_version_id", "is_material");

-- CreateIndex
CREATE INDEX "finding_record_evidence_id_idx" ON "finding_record"("evidence_id");

-- CreateIndex
CREATE INDEX "run_dataset_version_id_created_at_idx" ON "run"("dataset_version_id", "created_at");

-- CreateIndex
CREATE INDEX "run_created_at_idx" ON "run"("created_at");

-- CreateIndex
CREATE INDEX "raw_record_dataset_version_id_row_number_idx" ON "raw_record"("dataset_version_id", "row_number");

-- CreateIndex
CREATE INDEX "normalized_record_dataset_version_id_row_number_idx" ON "normalized_record"("dataset_version_id", "row_number");

-- CreateIndex
CREATE INDEX "row_problem_dataset_version_id_row_problem_id_idx" ON "row_problem"("dataset_version_id", "row_problem_id");

-- AddForeignKey
ALTER TABLE "dataset_version" ADD CONSTRAINT "dataset_version_dataset_id_fkey" FOREIGN KEY ("dataset_id") REFERENCES "dataset"("dataset_id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "run" ADD CONSTRAINT "run_dataset_version_id_fkey" FOREIGN KEY ("dataset_version_id") REFERENCES "dataset_version"("dataset_version_id") ON DELETE RESTRICT ON UPDATE CASCADE;


