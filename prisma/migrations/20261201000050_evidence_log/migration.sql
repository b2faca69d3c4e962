-- The evidence log: an RFC 9162 tree over all evidence, findings, runs and audit events. A sequencer
-- appends what was committed, so that no writer waits. No foreign keys: the log must be able to
-- outlive what was taken from under it, and to say so.
CREATE TABLE "log_leaf" (
  "leaf_index" BIGINT NOT NULL CHECK ("leaf_index" >= 0),
  "kind" TEXT NOT NULL CHECK ("kind" IN ('evidence', 'finding', 'run', 'audit')),
  "record_id" UUID NOT NULL,
  "record_sha256" BYTEA NOT NULL,
  -- Of what an erasure takes from the record; its hash stays here.
  "content_sha256" BYTEA,
  "leaf_hash" BYTEA NOT NULL,
  "sequenced_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
  CONSTRAINT "log_leaf_pkey" PRIMARY KEY ("leaf_index")
);
CREATE UNIQUE INDEX "log_leaf_record_id_kind_key" ON "log_leaf" ("record_id", "kind");
-- Where the sequencer goes on in the audit chain.
CREATE INDEX "log_leaf_audit_idx" ON "log_leaf" ("leaf_index") WHERE "kind" = 'audit';

-- Complete subtrees from 2^4 leaves on; smaller ones are folded from the leaves.
CREATE TABLE "log_node" (
  "level" INTEGER NOT NULL,
  "node_index" BIGINT NOT NULL,
  "hash" BYTEA NOT NULL,
  CONSTRAINT "log_node_pkey" PRIMARY KEY ("level", "node_index")
);

-- What names this log in its checkpoints.
CREATE TABLE "log_identity" (
  "log_id" UUID NOT NULL,
  "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
  CONSTRAINT "log_identity_pkey" PRIMARY KEY ("log_id")
);
INSERT INTO "log_identity" ("log_id") VALUES (gen_random_uuid());

-- Public keys; the private one is never in the database. A key that follows another was signed by it.
CREATE TABLE "log_key" (
  "key_id" TEXT NOT NULL CHECK ("key_id" ~ '^[0-9a-f]{64}$'),
  "public_key" BYTEA NOT NULL,
  "follows" TEXT,
  "endorsement" BYTEA,
  "reason" TEXT,
  "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
  "created_by" TEXT NOT NULL,
  CONSTRAINT "log_key_pkey" PRIMARY KEY ("key_id")
);

CREATE TABLE "log_checkpoint" (
  "size" BIGINT NOT NULL,
  "root" BYTEA NOT NULL,
  "key_id" TEXT NOT NULL,
  "note" TEXT NOT NULL,
  "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
  CONSTRAINT "log_checkpoint_pkey" PRIMARY KEY ("size", "key_id")
);

-- What was published where: every success, and the first failure after one.
CREATE TABLE "log_publication" (
  "publication_id" BIGSERIAL NOT NULL,
  "target" TEXT NOT NULL CHECK ("target" IN ('folder', 'webhook')),
  "size" BIGINT NOT NULL,
  "key_id" TEXT NOT NULL,
  "failure" TEXT,
  "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
  CONSTRAINT "log_publication_pkey" PRIMARY KEY ("publication_id")
);
CREATE INDEX "log_publication_target_idx" ON "log_publication" ("target", "publication_id");

DO $$
DECLARE
  guarded text;
BEGIN
  FOREACH guarded IN ARRAY ARRAY['log_leaf', 'log_node', 'log_identity', 'log_key',
    'log_checkpoint', 'log_publication'] LOOP
    EXECUTE format('CREATE TRIGGER %I BEFORE UPDATE OR DELETE OR TRUNCATE ON %I
      FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()', guarded || '_is_immutable', guarded);
  END LOOP;
END
$$;

-- The log finds what was committed last by its time, as it does runs. The newest entry is at the
-- right end of the index, the cheapest place to write.
CREATE INDEX "evidence_records_created_at_idx" ON "evidence_records" ("created_at");
CREATE INDEX "finding_record_created_at_idx" ON "finding_record" ("created_at");
