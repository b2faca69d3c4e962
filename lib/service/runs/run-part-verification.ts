import { ENGINE_ID, ENGINE_VERSION, type SealedEvidence } from "@/lib/evidence";
import { canonicalJson, type Json } from "@/lib/kernel/canonical";
import type { RunParameters } from "@/lib/risk";
import type { PoolClient } from "../db/database";
import { recordsById, type Defect, type StoredRun } from "../db/stored-runs";
import { instrumentHashesFor } from "../stress/instrument-hashes";
import { groupsFor } from "./run-groups";
import { planGroup, planInstruments } from "../stress/run-plan";
import type { SealedVersion } from "../datasets/sealed-versions";

/** The evidence of a group, or of instruments, as it is computed now. */
export type PartRecord = { id: string; sha256: string };

/** Groups of so many different requests are remembered: runs share theirs. */
const REQUESTS_KNOWN = 20;

/** Computes the groups and instruments of a version's runs anew. */
export class KnownParts {
  private readonly known = new Map<string, PartRecord[]>();

  constructor(private readonly sealed: SealedVersion | null) {}

  /**
   * The groups of a run, then its instruments; null without the sealed inputs, or of another engine
   * version. A run that names no evidence of instruments was recorded before there was any.
   */
  async ofRun(row: StoredRun): Promise<PartRecord[] | null> {
    const parameters = row.parameters as RunParameters;
    const isPlain = parameters.group_by === undefined && parameters.netting === "portfolio";
    if (isPlain) return [];
    const isCurrent = row.engine_id === ENGINE_ID && row.engine_version === ENGINE_VERSION;
    const { sealed } = this;
    if (!sealed || !isCurrent) return null;
    const groups = parameters.group_by === undefined ? [] : await this.groupsOf(sealed, parameters);
    const instruments = planInstruments(sealed, parameters,
      await instrumentHashesFor(sealed.datasetVersionId, parameters)).map(recordOf);
    const named = new Set(row.evidence_ids);
    return instruments.some(({ id }) => named.has(id)) ? [...groups, ...instruments] : groups;
  }

  private async groupsOf(sealed: SealedVersion, parameters: RunParameters): Promise<PartRecord[]> {
    const { netting, group_by: groupBy, stress_scenarios: scenarios } = parameters;
    const key = canonicalJson([netting, groupBy, scenarios] as Json);
    const found = this.known.get(key)
      ?? (await groupsFor(sealed.datasetVersionId, parameters)).map((group) =>
        recordOf(planGroup(sealed, parameters, group)));
    if (this.known.size >= REQUESTS_KNOWN) this.known.clear();
    this.known.set(key, found);
    return found;
  }
}

const recordOf = ({ evidence_id: id, sha256 }: SealedEvidence): PartRecord => ({ id, sha256 });

/** The first part of a run whose evidence is missing, elsewhere, or not what it would be now. */
export async function firstBadPart(
  client: PoolClient, row: StoredRun, parts: readonly PartRecord[],
): Promise<Defect | null> {
  if (parts.length === 0) return null;
  const { evidence } = await recordsById(client,
    { evidence: parts.map(({ id }) => id), findings: [], links: [] });
  for (const { id, sha256 } of parts) {
    const stored = evidence.get(id);
    if (!stored) return { id, reason: "EVIDENCE_MISSING" };
    if (stored.dataset_version_id !== row.dataset_version_id || stored.kind !== "analysis"
      || stored.engine_id !== row.engine_id || stored.engine_version !== row.engine_version) {
      return { id, reason: "EVIDENCE_ID_MISMATCH" };
    }
    if (stored.sha256 !== sha256) return { id, reason: "EVIDENCE_NOT_REPRODUCED" };
  }
  return null;
}
