/** Tables of what the evidence log has entries for, by kind, with the column of the id. */
export const TABLES: Record<string, [table: string, id: string]> = {
  evidence: ["evidence_records", "evidence_id"], finding: ["finding_record", "finding_id"],
  run: ["run", "run_id"], audit: ["audit_event", "audit_event_id"],
};
/** What can be done to a record of each kind. */
export const EDITS: Record<string, string[]> = {
  evidence: ["payload = payload || '{\"x\": 1}'", "kind = 'analysis'", "engine_version = '0'",
    "sha256 = repeat('0', 64)", "payload = NULL", "created_at = created_at - interval '1 ms'",
    "dataset_version_id = gen_random_uuid()"],
  finding: ["payload = payload || '{\"x\": 1}'", "is_material = NOT is_material",
    "evidence_id = gen_random_uuid()", "payload = NULL"],
  run: ["summary = '{}'", "summary = NULL", "parameters = parameters || '{\"x\": 1}'",
    "created_by = 'somebody'", "finding_ids = '{}'", "request_id = 'x'"],
  audit: ["actor = 'somebody'", "reason = 'another'", "details = '{\"x\": 1}'"],
};
