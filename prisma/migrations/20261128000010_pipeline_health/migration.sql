-- What the health of the pipeline asks for: the newest import that ended, the newest that
-- succeeded, the newest failure that nobody resolved, and the version that was sealed last.
CREATE INDEX job_import_ended_idx ON job (finished_at)
  WHERE kind = 'import' AND finished_at IS NOT NULL;
CREATE INDEX job_import_succeeded_idx ON job (finished_at)
  WHERE kind = 'import' AND state = 'succeeded';
CREATE INDEX job_pipeline_failed_idx ON job (finished_at)
  WHERE kind IN ('import', 'normalize', 'import_inbox') AND state = 'failed'
    AND resolution IS NULL;
CREATE INDEX dataset_version_sealed_at_idx ON dataset_version (sealed_at)
  WHERE status = 'sealed';
