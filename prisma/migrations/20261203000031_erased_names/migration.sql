-- What an erasure takes from how a version was read: the names of the group's own entities and of
-- the files of a set. Of the entities the SHA-256 of their list in canonical JSON stays, so that
-- whoever kept the manifest can prove its list.
CREATE FUNCTION without_names(options jsonb) RETURNS jsonb LANGUAGE sql IMMUTABLE AS $$
  SELECT options - 'legal_entities' - 'notes'
    || CASE WHEN jsonb_typeof(options->'legal_entities') = 'array' THEN jsonb_build_object(
      'legal_entities_sha256', encode(sha256(convert_to((SELECT '[' ||
        string_agg(entity.value::text, ',' ORDER BY entity.ordinality) || ']'
        FROM jsonb_array_elements(options->'legal_entities') WITH ORDINALITY entity), 'UTF8')),
        'hex')) ELSE '{}' END
    || CASE WHEN jsonb_typeof(options->'tables') = 'array' THEN jsonb_build_object(
      'tables', (SELECT jsonb_agg(part.value || '{"name": ""}' ORDER BY part.ordinality)
        FROM jsonb_array_elements(options->'tables') WITH ORDINALITY part)) ELSE '{}' END
$$;

CREATE FUNCTION erase_names() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  NEW.options := without_names(NEW.options);
  RETURN NEW;
END $$;

CREATE TRIGGER dataset_version_erases_names BEFORE UPDATE OF status ON dataset_version
  FOR EACH ROW WHEN (NEW.status = 'erased' AND OLD.status <> 'erased')
  EXECUTE FUNCTION erase_names();

-- Versions that were erased before.
ALTER TABLE dataset_version DISABLE TRIGGER dataset_version_is_sealed;
UPDATE dataset_version SET options = without_names(options) WHERE status = 'erased';
ALTER TABLE dataset_version ENABLE TRIGGER dataset_version_is_sealed;
