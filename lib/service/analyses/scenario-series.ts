import type { QueryOf, ResponseOf } from "@/lib/contract/operations";
import { isUuid } from "@/lib/kernel/ids";
import type { Netting, RunParameters } from "@/lib/risk";
import { findContent, findDataset } from "../datasets/datasets";
import { pool } from "../db/database";
import { decodeCursor, encodeCursor, invalidCursor, isWhole } from "../platform/paging";
import { orderedParameters } from "../runs/runs";

type Series = ResponseOf<"listScenarioSeries">;
type Tried = ResponseOf<"listTriedScenarios">["items"][number];

/** A scenario of a run as it is stored; `place` counts the run's scenarios from 1. */
type Row = {
  run_id: string; recorded_at: Date; parameters: RunParameters; place: number;
  evidence_id: string;
  stress: { loss_estimate: number; net_exposure_after_recovery: number; impact_score: number };
  finding: { threshold: number; is_material: boolean };
};

// The ids of a run's evidence and findings begin with the exposure's, then those of its scenarios.
const FIGURES = `r.run_id, r.created_at AS recorded_at, r.parameters, r.place,
  e.evidence_id, e.payload AS stress, f.payload AS finding`;
const PAYLOADS = `JOIN evidence_records e ON e.evidence_id = r.evidence_ids[r.place + 1]
  JOIN finding_record f ON f.finding_id = r.finding_ids[r.place + 1]`;

function figuresOf(row: Row): Omit<Tried, "runs"> {
  const { netting, stress_scenarios: scenarios } = orderedParameters(row.parameters);
  return {
    run_id: row.run_id, recorded_at: row.recorded_at.toISOString(), netting,
    scenario: scenarios[row.place - 1] as Tried["scenario"],
    loss_estimate: row.stress.loss_estimate,
    net_exposure_after_recovery: row.stress.net_exposure_after_recovery,
    impact_score: row.stress.impact_score, threshold: row.finding.threshold,
    is_material: row.finding.is_material, evidence_id: row.evidence_id,
  };
}

type PointRow = Row & { dataset_version_id: string; number: number; as_of: string | null;
  exposure: { total_outstanding: number; net_exposure_after_recovery: number } };

/** One scenario over the sealed versions of a dataset, the newest first. */
export async function listScenarioSeries(
  datasetId: string, query: QueryOf<"listScenarioSeries">,
): Promise<Series> {
  const { id } = await findDataset(datasetId);
  const scenarios = await scenariosOf(id, query.netting);
  const scenario = query.scenario_id ?? scenarios[0]?.scenario_id ?? null;
  const before = query.cursor === undefined ? null : placeIn(query.cursor, scenario);
  const { rows } = await pool().query<PointRow>(`WITH latest AS (
      SELECT DISTINCT ON (v.dataset_version_id) r.*, s.place::int, v.number,
        v.as_of::text AS as_of
      FROM dataset_version v JOIN run r ON r.dataset_version_id = v.dataset_version_id,
        jsonb_array_elements(r.parameters->'stress_scenarios') WITH ORDINALITY AS s(scenario, place)
      WHERE v.dataset_id = $1 AND v.status = 'sealed' AND s.scenario->>'scenario_id' = $2
        AND ($3::text IS NULL OR r.parameters->>'netting' = $3)
        AND ($4::int IS NULL OR v.number < $4)
      ORDER BY v.dataset_version_id, r.created_at DESC, r.run_id DESC)
    SELECT ${FIGURES}, r.dataset_version_id, r.number, r.as_of, x.payload AS exposure
    FROM latest r ${PAYLOADS} JOIN evidence_records x ON x.evidence_id = r.exposure_evidence_id
    ORDER BY r.number DESC LIMIT $5`,
  [id, scenario, query.netting ?? null, before, query.limit + 1]);
  const page = rows.slice(0, query.limit);
  const last = page.at(-1);
  return {
    scenario_id: scenario, scenarios,
    items: page.map((row) => ({
      dataset_version_id: row.dataset_version_id, number: row.number, as_of: row.as_of,
      total_outstanding: row.exposure.total_outstanding,
      base_net_exposure: row.exposure.net_exposure_after_recovery, ...figuresOf(row) })),
    next_cursor: rows.length > query.limit && last ? encodeCursor([scenario, last.number]) : null,
  };
}

function placeIn(cursor: string, scenario: string | null): number {
  const [of, number] = decodeCursor(cursor, 2);
  if (of !== scenario || !isWhole(number)) throw invalidCursor();
  return number;
}

/** What a dataset's versions were run with, the scenario of most versions first. */
async function scenariosOf(
  datasetId: string, netting: Netting | undefined,
): Promise<Series["scenarios"]> {
  const { rows } = await pool().query<Series["scenarios"][number]>(
    `SELECT s.scenario->>'scenario_id' AS scenario_id,
       count(DISTINCT v.dataset_version_id)::int AS versions
     FROM dataset_version v JOIN run r ON r.dataset_version_id = v.dataset_version_id,
       jsonb_array_elements(r.parameters->'stress_scenarios') AS s(scenario)
     WHERE v.dataset_id = $1 AND v.status = 'sealed'
       AND ($2::text IS NULL OR r.parameters->>'netting' = $2)
     GROUP BY 1 ORDER BY 2 DESC, 1 LIMIT 200`, [datasetId, netting ?? null]);
  return rows;
}

/** Every scenario that a version's runs recorded, by netting; the largest loss first. */
export async function listTriedScenarios(
  versionId: string, query: QueryOf<"listTriedScenarios">,
): Promise<ResponseOf<"listTriedScenarios">> {
  const { id } = await findContent(versionId);
  const after = query.cursor === undefined ? null : placeAfter(query.cursor);
  const { rows } = await pool().query<Row & { runs: number; loss: string }>(`WITH tried AS (
      SELECT DISTINCT ON (r.evidence_ids[s.place + 1]) r.*, s.place::int,
        count(*) OVER (PARTITION BY r.evidence_ids[s.place + 1])::int AS runs
      FROM run r,
        jsonb_array_elements(r.parameters->'stress_scenarios') WITH ORDINALITY AS s(scenario, place)
      WHERE r.dataset_version_id = $1 AND ($2::text IS NULL OR r.parameters->>'netting' = $2)
      ORDER BY r.evidence_ids[s.place + 1], r.created_at DESC, r.run_id DESC),
    judged AS (SELECT ${FIGURES}, r.runs, (e.payload->>'loss_estimate')::numeric AS loss
      FROM tried r ${PAYLOADS})
    SELECT *, loss::text AS loss FROM judged
    WHERE $3::numeric IS NULL OR judged.loss < $3
      OR judged.loss = $3 AND evidence_id > $4::uuid
    ORDER BY judged.loss DESC, evidence_id LIMIT $5`,
  [id, query.netting ?? null, after?.loss ?? null, after?.id ?? null, query.limit + 1]);
  const page = rows.slice(0, query.limit);
  const last = page.at(-1);
  return { items: page.map((row) => ({ ...figuresOf(row), runs: row.runs })),
    next_cursor: rows.length > query.limit && last
      ? encodeCursor([last.loss, last.evidence_id]) : null };
}

function placeAfter(cursor: string): { loss: string; id: string } {
  const [loss, id] = decodeCursor(cursor, 2);
  if (typeof loss !== "string" || !/^-?\d{1,40}(\.\d{1,40})?$/.test(loss)
    || typeof id !== "string" || !isUuid(id)) throw invalidCursor();
  return { loss, id };
}
