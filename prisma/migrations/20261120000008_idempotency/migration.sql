-- First answers by Idempotency-Key, kept for a day. The id is a hash of caller, operation, address
-- and key. `effective` is set in the transaction of what the request changes, so that a request
-- whose answer was lost is never carried out twice.
CREATE TABLE idempotency_key (
  "id" TEXT NOT NULL,
  "claim_id" UUID NOT NULL,
  "operation" TEXT NOT NULL,
  "caller" TEXT NOT NULL,
  "fingerprint" TEXT,
  "claimed_until" TIMESTAMPTZ(3) NOT NULL,
  "effective" BOOLEAN NOT NULL DEFAULT false,
  "subject_id" TEXT,
  "status" INTEGER,
  "headers" JSONB,
  "body" TEXT,
  "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT now(),
  CONSTRAINT "idempotency_key_pkey" PRIMARY KEY ("id")
);
CREATE INDEX "idempotency_key_created_at_idx" ON idempotency_key ("created_at");
CREATE INDEX "idempotency_key_subject_id_idx" ON idempotency_key ("subject_id");

-- An erased version's figures do not live on in a kept answer.
CREATE FUNCTION forget_kept_answers() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  UPDATE idempotency_key SET body = NULL WHERE subject_id = NEW.dataset_version_id::text;
  RETURN NULL;
END $$;
CREATE TRIGGER dataset_version_forgets_answers AFTER UPDATE OF status ON dataset_version
  FOR EACH ROW WHEN (NEW.status = 'erased' AND OLD.status <> 'erased')
  EXECUTE FUNCTION forget_kept_answers();
