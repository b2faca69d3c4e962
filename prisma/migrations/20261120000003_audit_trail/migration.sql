-- Who acted in which role, in which chain of requests, and what changed; each row carries the
-- SHA-256 of its canonical form. Rows of before have none.
ALTER TABLE audit_event
  ADD COLUMN "role" TEXT,
  ADD COLUMN "correlation_id" TEXT,
  ADD COLUMN "before" JSONB,
  ADD COLUMN "after" JSONB,
  ADD COLUMN "sha256" TEXT;

CREATE OR REPLACE FUNCTION inside_erasure(stack text) RETURNS boolean LANGUAGE sql IMMUTABLE AS $$
  SELECT stack ~
    'PL/pgSQL function (public\.)?erase_dataset_version\(uuid,text,text,text,text,text\)'
$$;

DROP FUNCTION erase_dataset_version(uuid, text, text, text);

-- RFC 8785 form of the one audit event that the database itself writes. All values are texts, and
-- PostgreSQL escapes a text in JSON as ECMAScript does.
CREATE FUNCTION erasure_event_sha256(id uuid, who text, acting_role text, request text,
  correlation text, version uuid, why text, status_before text, at timestamptz)
RETURNS text LANGUAGE sql IMMUTABLE AS $$
  SELECT encode(sha256(convert_to(
    '{"actor":' || to_json(who)
    || ',"after":{"status":"erased"}'
    || ',"audit_event_id":"' || id || '"'
    || ',"before":{"status":' || to_json(status_before) || '}'
    || ',"correlation_id":' || coalesce(to_json(correlation)::text, 'null')
    || ',"created_at":"' || to_char(at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') || '"'
    || ',"dataset_version_id":"' || version || '"'
    || ',"details":null'
    || ',"reason":' || to_json(why)
    || ',"request_id":' || coalesce(to_json(request)::text, 'null')
    || ',"role":' || coalesce(to_json(acting_role)::text, 'null')
    || ',"subject_id":"' || version || '"'
    || ',"type":"dataset_version.erased"}', 'UTF8')), 'hex')
$$;

-- The one way to remove content: payloads and values go; ids, hashes and a tombstone stay.
CREATE FUNCTION erase_dataset_version(version uuid, why text, who text, request text,
  acting_role text DEFAULT NULL, correlation text DEFAULT NULL)
RETURNS boolean LANGUAGE plpgsql AS $$
DECLARE
  was text;
  event uuid := gen_random_uuid();
  at timestamptz := date_trunc('milliseconds', clock_timestamp());
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
  INSERT INTO audit_event (audit_event_id, type, actor, role, request_id, correlation_id,
      dataset_version_id, subject_id, reason, before, after, created_at, sha256)
    VALUES (event, 'dataset_version.erased', who, acting_role, request, correlation,
      version, version::text, why, jsonb_build_object('status', was),
      jsonb_build_object('status', 'erased'), at,
      erasure_event_sha256(event, who, acting_role, request, correlation, version, why, was, at));
  RETURN true;
END
$$;
