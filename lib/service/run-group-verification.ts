import { ENGINE_ID, ENGINE_VERSION } from "@/lib/evidence";
import { canonicalJson, type Json } from "@/lib/kernel/canonical";
import type { RunParameters } from "@/lib/risk";
import type { PoolClient } from "./db/database";
import { recordsById, type Defect, type StoredRun } from "./db/stored-runs";
import { groupsFor } from "./run-groups";
import { planGroup } from "./run-plan";
import type { SealedVersion } from "./sealed-versions";

/** A group's evidence as it is computed now. */
export type GroupRecord = { id: string; sha256: string };

/** Groups of so many different requests are remembered: runs share theirs. */
const REQUESTS_KNOWN = 20;

/** Computes the groups of a version's runs anew, and looks at what is stored of them. */
export class KnownGroups {
  private readonly known = new Map<string, GroupRecord[]>();

  constructor(private readonly sealed: SealedVersion | null) {}

  /** The groups of a run; null without the sealed inputs, or of another engine version. */
  async ofRun(row: StoredRun): Promise<GroupRecord[] | null> {
    const parameters = row.parameters as RunParameters;
    if (parameters.group_by === undefined) return [];
    const isCurrent = row.engine_id === ENGINE_ID && row.engine_version === ENGINE_VERSION;
    const { sealed } = this;
    if (!sealed || !isCurrent) return null;
    const { netting, group_by: groupBy, stress_scenarios: scenarios } = parameters;
    const key = canonicalJson([netting, groupBy, scenarios] as Json);
    const found = this.known.get(key)
      ?? (await groupsFor(sealed.datasetVersionId, parameters)).map((group) => {
        const { evidence_id: id, sha256 } = planGroup(sealed, parameters, group);
        return { id, sha256 };
      });
    if (this.known.size >= REQUESTS_KNOWN) this.known.clear();
    this.known.set(key, found);
    return found;
  }
}

/** The first group of a run whose evidence is missing, elsewhere, or not what it would be now. */
export async function firstBadGroup(
  client: PoolClient, row: StoredRun, groups: readonly GroupRecord[],
): Promise<Defect | null> {
  if (groups.length === 0) return null;
  const { evidence } = await recordsById(client,
    { evidence: groups.map(({ id }) => id), findings: [], links: [] });
  for (const { id, sha256 } of groups) {
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
