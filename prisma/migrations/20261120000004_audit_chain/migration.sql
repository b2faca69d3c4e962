-- The chain over audit events: a sequencer appends committed events, so that no writer of an event
-- waits for another. No foreign key: a chain must be able to outlive what was taken from under it,
-- and to say so.
CREATE TABLE "audit_chain" (
    "position" BIGINT NOT NULL,
    "audit_event_id" UUID NOT NULL,
    "event_sha256" TEXT NOT NULL,
    "chain_sha256" TEXT NOT NULL,
    "sequenced_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "audit_chain_pkey" PRIMARY KEY ("position")
);
CREATE UNIQUE INDEX "audit_chain_audit_event_id_key" ON "audit_chain"("audit_event_id");

CREATE TRIGGER audit_chain_is_immutable BEFORE UPDATE OR DELETE OR TRUNCATE ON audit_chain
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

-- An erasure touches neither events nor their chain.
CREATE OR REPLACE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  stack text;
BEGIN
  GET DIAGNOSTICS stack = PG_CONTEXT;
  IF TG_OP = 'UPDATE' AND TG_TABLE_NAME NOT IN ('audit_event', 'audit_chain')
      AND inside_erasure(stack) THEN
    RETURN NULL;
  END IF;
  RAISE EXCEPTION '% on % is refused: its rows never change', TG_OP, TG_TABLE_NAME
    USING ERRCODE = 'TS001';
END
$$;

-- What people search for in a log of millions of events, nearly all of them runs: a rare type, and
-- a chain of requests. Both are appended to; other fields are found by reading.
CREATE INDEX "audit_event_type_created_at_idx" ON "audit_event"("type", "created_at");
CREATE INDEX "audit_event_correlation_id_idx" ON "audit_event"("correlation_id");
