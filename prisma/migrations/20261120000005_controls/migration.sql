-- What stops and steers the product at run time: kill switch, engines, feature flags.

CREATE TABLE "kill_switch" (
  "only_row" BOOLEAN NOT NULL DEFAULT true,
  "enabled" BOOLEAN NOT NULL,
  "trigger" TEXT,
  "reason" TEXT,
  "activated_at" TIMESTAMPTZ(3),
  "activated_by" TEXT,
  CONSTRAINT "kill_switch_pkey" PRIMARY KEY ("only_row"),
  CONSTRAINT "kill_switch_is_one_row" CHECK (only_row),
  CONSTRAINT "kill_switch_on_says_why" CHECK (NOT enabled OR (trigger IS NOT NULL
    AND coalesce(trim(reason), '') <> '' AND activated_at IS NOT NULL AND activated_by IS NOT NULL))
);
INSERT INTO kill_switch (enabled) VALUES (false);

-- Files and environments that hold a process now, and where: what the history has noted already.
CREATE TABLE "kill_switch_source" (
  "source" TEXT NOT NULL,
  "holder" TEXT NOT NULL,
  "reason" TEXT NOT NULL,
  "since" TIMESTAMPTZ(3) NOT NULL DEFAULT now(),
  "seen_at" TIMESTAMPTZ(3) NOT NULL DEFAULT now(),
  CONSTRAINT "kill_switch_source_pkey" PRIMARY KEY ("source", "holder"),
  CONSTRAINT "kill_switch_source_known" CHECK (source IN ('environment', 'file'))
);

CREATE TABLE "kill_switch_event" (
  "kill_switch_event_id" UUID NOT NULL,
  "action" TEXT NOT NULL,
  "trigger" TEXT NOT NULL,
  "reason" TEXT NOT NULL,
  "actor" TEXT NOT NULL,
  "role" TEXT,
  "request_id" TEXT,
  "correlation_id" TEXT,
  "checklist" JSONB,
  "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT now(),
  CONSTRAINT "kill_switch_event_pkey" PRIMARY KEY ("kill_switch_event_id"),
  CONSTRAINT "kill_switch_event_action_known" CHECK (action IN ('activated', 'resumed')),
  CONSTRAINT "kill_switch_event_trigger_known" CHECK (trigger IN ('manual', 'day_guard',
    'month_guard', 'var_limit', 'drill', 'environment', 'file'))
);
CREATE INDEX "kill_switch_event_created_at_idx" ON "kill_switch_event"("created_at");
CREATE TRIGGER kill_switch_event_is_immutable BEFORE UPDATE OR DELETE OR TRUNCATE
  ON kill_switch_event FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER kill_switch_keeps_its_row BEFORE DELETE OR TRUNCATE
  ON kill_switch FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

-- The last look before a commit. Whoever commits holds the lock shared, whoever halts takes it
-- alone: once a halt has committed, nothing that had not seen it commits. A function that is
-- volatile looks with a snapshot of its own, taken after the lock.
CREATE FUNCTION refuse_when_halted() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM pg_advisory_xact_lock_shared(7305211920);
  PERFORM 1 FROM kill_switch WHERE NOT enabled;
  IF NOT FOUND THEN
    RAISE EXCEPTION 'the kill switch is active' USING ERRCODE = 'TS005';
  END IF;
  RETURN NULL;
END
$$;
CREATE TRIGGER run_unless_halted AFTER INSERT ON run
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_when_halted();
CREATE TRIGGER import_unless_halted AFTER UPDATE ON dataset_version
  FOR EACH ROW WHEN (NEW.status = 'sealed' AND OLD.status IN ('importing', 'normalizing')
    OR NEW.status = 'ingested' AND OLD.status = 'importing')
  EXECUTE FUNCTION refuse_when_halted();

-- Waits for commits that have looked already. A transaction that hangs must not keep the switch
-- from being thrown: after two seconds it is thrown without waiting any longer.
CREATE FUNCTION await_commits_in_flight() RETURNS boolean LANGUAGE plpgsql
SET lock_timeout = '2s' AS $$
BEGIN
  PERFORM pg_advisory_xact_lock(7305211920);
  RETURN true;
EXCEPTION WHEN lock_not_available THEN
  RETURN false;
END
$$;

CREATE TABLE "engine_override" (
  "engine_id" TEXT NOT NULL,
  "disabled" BOOLEAN NOT NULL,
  "reason" TEXT NOT NULL,
  "changed_by" TEXT NOT NULL,
  "changed_at" TIMESTAMPTZ(3) NOT NULL DEFAULT now(),
  CONSTRAINT "engine_override_pkey" PRIMARY KEY ("engine_id")
);

CREATE TABLE "feature_flag" (
  "flag" TEXT NOT NULL,
  "value" JSONB NOT NULL,
  "reason" TEXT NOT NULL,
  "updated_by" TEXT NOT NULL,
  "updated_at" TIMESTAMPTZ(3) NOT NULL DEFAULT now(),
  CONSTRAINT "feature_flag_pkey" PRIMARY KEY ("flag")
);
