-- Immutability lives here, not in the application: whoever asks, evidence stays as it was written.

ALTER TABLE "dataset_version" ADD CONSTRAINT "dataset_version_status_known"
  CHECK (status IN ('importing', 'ingested', 'normalizing', 'sealed', 'failed', 'erased'));
ALTER TABLE "evidence_records" ADD CONSTRAINT "evidence_kind_known"
  CHECK (kind IN ('debt_exposure', 'stress_test', 'kpi', 'analysis'));
ALTER TABLE "raw_record" ADD CONSTRAINT "raw_kind_known" CHECK (kind IN ('record', 'file'));
ALTER TABLE "normalized_record" ADD CONSTRAINT "normalized_kind_known"
  CHECK (kind IN ('instrument', 'distressed_asset', 'portfolio', 'consolidated'));


-- True inside erase_dataset_version only: PG_CONTEXT is the call stack, which no client can set.
CREATE FUNCTION inside_erasure(stack text) RETURNS boolean LANGUAGE sql IMMUTABLE AS $$
  SELECT stack ~ 'PL/pgSQL function (public\.)?erase_dataset_version\(uuid,text,text,text\)'
$$;

CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  stack text;
BEGIN
  GET DIAGNOSTICS stack = PG_CONTEXT;
  IF TG_OP = 'UPDATE' AND TG_TABLE_NAME <> 'audit_event' AND inside_erasure(stack) THEN
    RETURN NULL;
  END IF;
  RAISE EXCEPTION '% on % is refused: its rows never change', TG_OP, TG_TABLE_NAME
    USING ERRCODE = 'TS001';
END
$$;

DO $$
DECLARE
  guarded text;
BEGIN
  FOREACH guarded IN ARRAY ARRAY['raw_record', 'normalized_record', 'evidence_records',
    'finding_record', 'finding_evidence_link', 'run', 'audit_event'] LOOP
    EXECUTE format('CREATE TRIGGER %I BEFORE UPDATE OR DELETE OR TRUNCATE ON %I
      FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()', guarded || '_is_immutable', guarded);
  END LOOP;
END
$$;

-- Records enter a version only while it is being loaded.
CREATE FUNCTION refuse_record_of_closed_version() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  closed uuid;
BEGIN
  SELECT a.dataset_version_id INTO closed
    FROM (SELECT DISTINCT dataset_version_id FROM added) a
    LEFT JOIN dataset_version v ON v.dataset_version_id = a.dataset_version_id
    WHERE v.status IS NULL OR v.status NOT IN ('importing', 'normalizing')
    LIMIT 1;
  IF closed IS NOT NULL THEN
    RAISE EXCEPTION 'INSERT on % is refused: version % takes no more records', TG_TABLE_NAME, closed
      USING ERRCODE = 'TS001';
  END IF;
  RETURN NULL;
END
$$;
CREATE TRIGGER raw_record_of_open_version AFTER INSERT ON raw_record
  REFERENCING NEW TABLE AS added
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_record_of_closed_version();
CREATE TRIGGER normalized_record_of_open_version AFTER INSERT ON normalized_record
  REFERENCING NEW TABLE AS added
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_record_of_closed_version();

-- A version that was sealed keeps every column; a version that ended stays ended.
CREATE FUNCTION refuse_version_change() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  stack text;
BEGIN
  GET DIAGNOSTICS stack = PG_CONTEXT;
  IF TG_OP = 'UPDATE' AND inside_erasure(stack) THEN
    RETURN NEW;
  END IF;
  RAISE EXCEPTION '% on version % is refused: it is %', TG_OP, OLD.dataset_version_id, OLD.status
    USING ERRCODE = 'TS001';
END
$$;
CREATE TRIGGER dataset_version_is_sealed BEFORE UPDATE OR DELETE ON dataset_version
  FOR EACH ROW WHEN (OLD.status IN ('sealed', 'erased', 'failed'))
  EXECUTE FUNCTION refuse_version_change();
CREATE TRIGGER dataset_version_keeps_all BEFORE TRUNCATE ON dataset_version
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

-- No run on a version that was erased meanwhile: the foreign key of `run` has locked the version
-- by then, so that an erasure and a run of the same version wait for one another.
CREATE FUNCTION refuse_run_of_unsealed_version() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM 1 FROM dataset_version
    WHERE dataset_version_id = NEW.dataset_version_id AND status = 'sealed';
  IF NOT FOUND THEN
    RAISE EXCEPTION 'version % is not sealed', NEW.dataset_version_id USING ERRCODE = 'TS003';
  END IF;
  RETURN NULL;
END
$$;
CREATE TRIGGER run_of_sealed_version AFTER INSERT ON run
  FOR EACH ROW EXECUTE FUNCTION refuse_run_of_unsealed_version();

-- Used by the run statement: another transaction wrote the same evidence first, so compare anew.
CREATE FUNCTION raise_written_meanwhile() RETURNS boolean LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'the same records were written meanwhile' USING ERRCODE = 'TS002';
END
$$;

-- The one way to remove content: payloads and values go; ids, hashes and a tombstone stay.
CREATE FUNCTION erase_dataset_version(version uuid, why text, who text, request text)
RETURNS boolean LANGUAGE plpgsql AS $$
DECLARE
  was text;
BEGIN
  IF coalesce(trim(why), '') = '' THEN
    RAISE EXCEPTION 'an erasure needs a reason' USING ERRCODE = 'TS004';
  END IF;
  SELECT status INTO was FROM dataset_version WHERE dataset_version_id = version FOR UPDATE;
  IF was IS NULL OR was IN ('erased', 'importing', 'normalizing') THEN
    RETURN false;
  END IF;
  UPDATE raw_record SET payload = NULL, source_record_id = NULL
    WHERE dataset_version_id = version;
  UPDATE normalized_record SET payload = NULL, instrument_id = NULL, obligor_id = NULL,
    obligor_group = NULL, legal_entity = NULL, asset_class = NULL, sector = NULL, country = NULL,
    region = NULL, currency = NULL, collateral_type = NULL, rating = NULL, status = NULL,
    stage = NULL, days_past_due = NULL, interest_rate_pct = NULL, outstanding_units = 0,
    outstanding_rate_units = 0, collateral_units = 0, assets_units = 0, distressed_units = 0,
    distressed_recovery_units = 0, distressed_count = 0, instrument_count = 0
    WHERE dataset_version_id = version;
  UPDATE evidence_records SET payload = NULL WHERE dataset_version_id = version;
  UPDATE finding_record SET payload = NULL WHERE dataset_version_id = version;
  UPDATE run SET summary = NULL WHERE dataset_version_id = version;
  DELETE FROM row_problem WHERE dataset_version_id = version;
  UPDATE dataset_version SET status = 'erased', erased_at = now(), consolidated = NULL,
    quality = NULL, warnings = NULL, source_name = NULL, failure = NULL
    WHERE dataset_version_id = version;
  INSERT INTO audit_event
    (audit_event_id, type, actor, request_id, dataset_version_id, subject_id, reason, details)
    VALUES (gen_random_uuid(), 'dataset_version.erased', who, request, version, version::text, why,
      jsonb_build_object('status_before', was));
  RETURN true;
END
$$;
