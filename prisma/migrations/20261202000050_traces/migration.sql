-- What was recorded of a version beside its runs, newest first, however many groups and instruments
-- its runs have recorded. Figures of runs are told by their kind, so writing them costs nothing more.
CREATE INDEX "evidence_records_own_idx" ON "evidence_records"
  ("dataset_version_id", "created_at", "evidence_id")
  WHERE kind = 'kpi' OR kind = 'analysis'
    AND payload->>'analysis' NOT IN ('run-group', 'run-instruments');
