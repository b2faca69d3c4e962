import { MerkleBuilder, recordLeaf } from "@/lib/evidence";
import { canonicalJson, type Json } from "@/lib/kernel/canonical";
import { AMOUNT_LIMIT, AMOUNT_SCALE, amountFromUnits } from "@/lib/kernel/exact";
import { sha256Hex } from "@/lib/kernel/hash";
import { newId } from "@/lib/kernel/ids";
import {
  isSideRecord, recordJson, type NormalizedRecord, type SideRecord,
} from "@/lib/kernel/record";
import {
  exposureOf, recordTotals, totalsToJson, TotalsAccumulator, zeroTotals, type ExactTotals,
  type RecordWarningCode,
} from "@/lib/risk";
import { createQualityCollector, PROBLEMS, type RowProblem } from "@/lib/tape";
import { insertAudit, type AuditSource } from "./audit";
import type { PoolClient } from "./db/database";
import {
  copyNormalized, copyProblems, copyRaw, type NormalizedRow, type RawRow,
} from "./db/record-writer";
import { judgeVersion } from "./kpi-recorder";
import { heldKpiSettings } from "./kpi-settings";
import type { SourceBatch, SourceRow } from "./import-sources";

/** A version that is being loaded, with what its file record says of the upload. */
export type Loading = {
  versionId: string;
  datasetId: string;
  /** Who asked for it: the event of the seal says so. */
  by: AuditSource;
  baseCurrency: string;
  source: { name: string | null; media_type: string; bytes: number; sha256: string };
};

/** No row could be normalized; the version fails and keeps these problems to show why. */
export class NoValidRecordError extends Error {
  override name = "NoValidRecordError";
  constructor(readonly problems: readonly RowProblem[]) {
    super("No row could be normalized.");
  }
}

/** Problems kept in full per version; beyond it they are counted. */
const PROBLEM_LIMIT = 100_000;
const FAILURE_PROBLEMS = 1000;

const WARNING_TEXTS: Record<RecordWarningCode, string> = {
  PRINCIPAL_NOT_POSITIVE: "with a principal of 0 or less are left out of every total",
  INTEREST_RATE_MISSING: "without an interest rate count with a rate of 0",
  INTEREST_RATE_NEGATIVE: "with a negative interest rate count with a rate of 0",
  DEBT_COLLATERAL_REPLACES_INSTRUMENTS:
    "state a collateral for the whole debt, which replaces the sum over their instruments",
  RECOVERY_RATE_MISSING: "have distressed assets without a recovery rate, which recover 0",
  DEBT_TOTAL_REPLACED_BY_INSTRUMENTS:
    "state a debt total that differs from the sum of their instruments, which counts",
};

/**
 * Loads one version inside the caller's transaction: raw and normalized records, problems,
 * totals, quality and the content hash. What it has not finished never becomes visible.
 */
export class VersionLoader {
  private readonly totals = new TotalsAccumulator();
  private readonly quality = createQualityCollector();
  private readonly merkle = new MerkleBuilder();
  private readonly warnings = new Map<RecordWarningCode, number>();
  private readonly firstProblems: RowProblem[] = [];
  private problemsKept = 0;
  private singleRawId: string | null = null;
  private writing: Promise<void> = Promise.resolve();
  raw = 0;
  normalized = 0;
  /** Of the normalized ones those that carry exposure. */
  private exposed = 0;
  rejected = 0;
  warningCount = 0;

  constructor(private readonly client: PoolClient, private readonly version: Loading) {}

  /** Adds a batch of rows; with `rawIds` the raw records are stored already. */
  async add(batch: SourceBatch, rawIds?: readonly string[]): Promise<void> {
    const raws: RawRow[] = [];
    const normalized: NormalizedRow[] = [];
    const problems: RowProblem[] = [];
    batch.rows.forEach((row, index) => {
      const raw = this.rawRow(row, rawIds?.[index]);
      raws.push(raw);
      const found = this.judge(row);
      const entry = found.record ? this.normalizedRow(row, raw, found.record, found.totals) : null;
      if (entry) normalized.push(entry);
      this.count(found.record, found.problems);
      problems.push(...found.problems);
      this.merkle.append(recordLeaf(raw.sha256, entry?.sha256 ?? null));
    });
    const { remarks = [] } = batch;
    this.quality.remark(remarks);
    this.warningCount += remarks.length;
    const kept = this.keptOf([...problems, ...remarks]);
    await this.write(async () => {
      if (!rawIds) await copyRaw(this.client, this.version.versionId, raws);
      await copyNormalized(this.client, this.version.versionId, normalized);
      await copyProblems(this.client, this.version.versionId, kept);
    });
  }

  /** Lets the database take one batch while the next is read: waits for the batch before only. */
  private async write(batch: () => Promise<void>): Promise<void> {
    await this.writing;
    this.writing = batch();
    this.writing.catch(() => undefined); // whoever waits for it next is told
  }

  /** Resolves when the database has taken all that was added. */
  async written(): Promise<void> {
    await this.writing;
  }

  /** Stores rows as received, to be normalized later. */
  async addRawOnly(batch: SourceBatch): Promise<void> {
    const raws = batch.rows.map((row) => this.rawRow(row));
    const kept = this.keptOf(batch.rows.flatMap((row) => row.problems));
    await this.write(async () => {
      await copyRaw(this.client, this.version.versionId, raws);
      await copyProblems(this.client, this.version.versionId, kept);
    });
  }

  private rawRow(row: SourceRow, storedId?: string): RawRow {
    const id = storedId ?? newId();
    this.raw += 1;
    this.singleRawId = this.raw === 1 ? id : null;
    return { id, kind: "record", row: row.row, sourceRecordId: row.sourceRecordId,
      payload: row.rawText, sha256: sha256Hex(row.rawText) };
  }

  /** A record whose amounts pass the limit of exact sums is left out like any unreadable one. */
  private judge(row: SourceRow): {
    record: SourceRow["record"]; totals: ExactTotals | null; problems: readonly RowProblem[];
  } {
    if (!row.record) return { record: null, totals: null, problems: row.problems };
    if (isSideRecord(row.record)) {
      return { record: row.record, totals: zeroTotals(), problems: row.problems };
    }
    const added = withinColumns(recordTotals(row.record));
    if (added.ok) {
      for (const { code } of added.value.warnings) {
        this.warnings.set(code, (this.warnings.get(code) ?? 0) + 1);
      }
      return { record: row.record, totals: added.value.totals, problems: row.problems };
    }
    const { field, value } = added.error;
    return { record: null, totals: null, problems: [...row.problems, {
      row: row.row, column: field, value: String(value), code: "AMOUNT_OUT_OF_RANGE",
      severity: "error", message: `${field} is ${value}: beyond the largest amount of 9e14.`,
      recommendation: PROBLEMS.AMOUNT_OUT_OF_RANGE.recommendation,
    }] };
  }

  private normalizedRow(
    row: SourceRow, raw: RawRow, record: NormalizedRecord | SideRecord, totals: ExactTotals | null,
  ): NormalizedRow | null {
    if (!totals) return null;
    this.totals.addTotals(totals);
    this.normalized += 1;
    if (!isSideRecord(record)) this.exposed += 1;
    const payload = recordJson(record);
    return { id: newId(), rawRecordId: raw.id, kind: record.record_kind, row: row.row, payload,
      sha256: sha256Hex(payload), totals,
      fields: record.record_kind === "portfolio"
        ? (record.currency === undefined ? {} : { currency: record.currency }) : record };
  }

  private count(record: SourceRow["record"], problems: readonly RowProblem[]): void {
    this.quality.add(record, problems);
    if (!record) this.rejected += 1;
    for (const problem of problems) if (problem.severity === "warning") this.warningCount += 1;
  }

  private keptOf(problems: readonly RowProblem[]): RowProblem[] {
    const room = Math.max(0, PROBLEM_LIMIT - this.problemsKept);
    const kept = problems.slice(0, room);
    this.problemsKept += kept.length;
    if (this.firstProblems.length < FAILURE_PROBLEMS) {
      this.firstProblems.push(...kept.slice(0, FAILURE_PROBLEMS - this.firstProblems.length));
    }
    return kept;
  }

  /**
   * Writes the consolidated record and seals the version.
   * @throws NoValidRecordError when nothing was normalized.
   */
  async seal(): Promise<void> {
    await this.written();
    if (this.exposed === 0) throw new NoValidRecordError(this.firstProblems);
    const totals = this.totals.totals();
    const contentHash = Buffer.from(this.merkle.root()).toString("hex");
    const consolidatedId = newId();
    const fileId = await this.writeFileRecord(contentHash);
    const payload = canonicalJson(consolidatedPayload(totals, this.exposed));
    // Its sums stand in the payload: they may pass 64 bits, and columns must not count twice.
    await copyNormalized(this.client, this.version.versionId, [{
      id: consolidatedId, rawRecordId: null, kind: "consolidated", row: 0, payload,
      sha256: sha256Hex(payload), totals: zeroTotals(),
      fields: { currency: this.version.baseCurrency },
    }]);
    await this.client.query(
      `UPDATE dataset_version SET status = 'sealed', sealed_at = clock_timestamp(), raw_count = $2,
         normalized_count = $3, rejected_count = $4, warning_count = $5, rows_done = $2,
         bytes_done = source_bytes, content_hash = $6, consolidated_record_id = $7,
         consolidated = $8, report_raw_record_id = $9, quality = $10, warnings = $11, failure = NULL
       WHERE dataset_version_id = $1`,
      [this.version.versionId, this.raw, this.normalized, this.rejected, this.warningCount,
        contentHash, consolidatedId, JSON.stringify(totalsToJson(totals)),
        this.singleRawId ?? fileId, JSON.stringify(this.quality.finish()),
        JSON.stringify(this.warningTexts())]);
    await this.audit("sealed", { raw: this.raw, normalized: this.normalized,
      rejected: this.rejected, content_hash: contentHash });
    await judgeVersion(this.client, this.version.by, {
      datasetVersionId: this.version.versionId, baseCurrency: this.version.baseCurrency,
      normalizedRecordId: consolidatedId,
    }, await heldKpiSettings(this.client, this.version.datasetId));
  }

  /** Counts and hashes only: an event outlives an erasure, the tape's values must not. */
  private audit(status: "sealed" | "ingested", facts: Record<string, string | number>) {
    const { versionId, by } = this.version;
    return insertAudit(this.client, by, { type: `dataset_version.${status}`, subjectId: versionId,
      datasetVersionId: versionId, after: { status, ...facts } });
  }

  /** Ends the load of raw records only. */
  async finishRaw(): Promise<void> {
    await this.written();
    await this.client.query(
      `UPDATE dataset_version SET status = 'ingested', raw_count = $2, rows_done = $2,
         bytes_done = source_bytes WHERE dataset_version_id = $1`,
      [this.version.versionId, this.raw]);
    await this.audit("ingested", { raw: this.raw });
  }

  private async writeFileRecord(contentHash: string): Promise<string> {
    const payload = canonicalJson({ ...this.version.source, content_hash: contentHash });
    const id = newId();
    await copyRaw(this.client, this.version.versionId, [{
      id, kind: "file", row: 0, sourceRecordId: this.version.source.name, payload,
      sha256: sha256Hex(payload),
    }]);
    return id;
  }

  private warningTexts(): string[] {
    const rejected = this.rejected === 0 ? [] : [
      `ROWS_REJECTED: ${this.rejected} of ${this.raw} rows are left out of every total.`];
    return [...rejected, ...[...this.warnings].sort(([a], [b]) => a < b ? -1 : 1).map(
      ([code, count]) => `${code}: ${count} records ${WARNING_TEXTS[code]}.`)];
  }
}

/** The largest sum of one record, in 1/10,000 units: what its columns of 64 bits can hold. */
const COLUMN_LIMIT = BigInt(AMOUNT_LIMIT) * BigInt(AMOUNT_SCALE);
const SUMS = ["outstanding", "collateral", "assets", "distressedValue"] as const;

/** A portfolio's amounts may each be within the limit and their sum beyond it. */
function withinColumns(added: ReturnType<typeof recordTotals>): ReturnType<typeof recordTotals> {
  if (!added.ok) return added;
  const { totals } = added.value;
  const field = SUMS.find((name) => totals[name] > COLUMN_LIMIT || totals[name] < -COLUMN_LIMIT);
  return field === undefined ? added : { ok: false, error: { code: "AMOUNT_OUT_OF_RANGE",
    field: `sum of ${field}`, value: amountFromUnits(totals[field]) } };
}

/** The consolidated normalized record: the sum of a version in the shape of MODEL.md section 1. */
function consolidatedPayload(totals: ExactTotals, records: number): Json {
  const exposure = exposureOf(totals);
  return {
    record_kind: "consolidated",
    records,
    instruments: totals.instrumentCount,
    financial: {
      debt: {
        total_outstanding: exposure.total_outstanding,
        interest_rate_pct: exposure.interest_rate_pct,
        collateral_value: exposure.collateral_value,
      },
      assets: { total: exposure.assets_value },
    },
    distressed_assets: {
      count: exposure.distressed_asset_count,
      value: exposure.distressed_asset_value,
      recovery: exposure.distressed_asset_recovery,
    },
    exact_units: totalsToJson(totals) as unknown as Json,
  };
}
