import { BLOCK_LEAVES, BlockTreeBuilder, recordLeaf } from "@/lib/evidence";
import { canonicalJson, type Json } from "@/lib/kernel/canonical";
import { idBytes, idText, newId } from "@/lib/kernel/ids";
import {
  isSideRecord, RECORD_FIELDS, RecordJson, recordValues, type NormalizedRecord,
  type RecordValues, type SideRecord,
} from "@/lib/kernel/record";
import {
  CurrencySums, KpiAccumulator, recordTotals, totalsToJson, TotalsAccumulator, zeroTotals,
  type ExactTotals, type RecordWarningCode,
} from "@/lib/risk";
import { ColumnsBuilder } from "@/lib/portfolio";
import { PROBLEMS, type IntercompanyCheck, type RowProblem } from "@/lib/tape";
import { insertAudit, type AuditSource } from "../audit/audit";
import { consolidatedPayload, withinColumns } from "../datasets/consolidated";
import { copyRows } from "../db/copy-batch";
import type { PoolClient } from "../db/database";
import { writeLeafBlocks } from "../db/leaf-blocks";
import {
  NormalizedBatch, payloadHash, problemRows, RawBatch, type WritePayload,
} from "../db/record-writer";
import { sealColumns } from "../datasets/version-columns";
import { judgeVersion } from "../kpis/kpi-recorder";
import { heldKpiSettings } from "../kpis/kpi-settings";
import type { SourceBatch, SourceRow } from "./import-sources";
import {
  QualityGate, QualityToleranceError, type JudgedTape,
} from "./quality-gate";
import type { StoredQuality } from "../datasets/version-quality";
import { LeftOutRows } from "./left-out-rows";
import { refuseWhenNearlyFull } from "../platform/storage";
import type { SumsApart } from "../datasets/version-money";

/** A version that is being loaded, with what its file record says of the upload. */
export type Loading = JudgedTape & {
  datasetId: string;
  /** Who asked for it: the event of the seal says so. */
  by: AuditSource;
  baseCurrency: string;
  source: { name: string | null; media_type: string; bytes: number; sha256: string };
  /** Null where no own legal entities were named. */
  intercompany: IntercompanyCheck | null;
};

/** No row could be normalized; the version fails and keeps these problems to show why. */
export class NoValidRecordError extends Error {
  override name = "NoValidRecordError";
  constructor(readonly problems: readonly RowProblem[], readonly leftOut: LeftOutRows) {
    super("No row could be normalized.");
  }
}

/** Problems of each severity kept in full per version; beyond it they are counted. */
const PROBLEM_LIMIT = 100_000;
/** Warnings kept of a version that fails; its errors are kept with their rows. */
const FAILURE_WARNINGS = 10_000;
/** Currencies without a rate that the version's warnings name. */
const CURRENCIES_NAMED = 50;

/**
 * Rows per COPY: enough that its round trip is nothing, few enough that the database checks them
 * without a temporary file; and bytes per COPY, for tapes with long rows.
 */
const COPY_ROWS = 4096;
const COPY_BYTES = 8 * 1024 ** 2;

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
  private readonly eliminatedTotals = new TotalsAccumulator();
  private readonly currencies: CurrencySums;
  /** Those of the row that is being added: they are looked up once, and asked for three times. */
  private readonly json = new RecordJson();
  private readonly values: RecordValues = RECORD_FIELDS.map(() => undefined);
  private readonly kpis = new KpiAccumulator();
  private readonly currenciesWithoutRate = new Map<string, number>();
  private readonly gate: QualityGate;
  private readonly tree = new BlockTreeBuilder();
  private readonly columns = new ColumnsBuilder();
  private readonly blockRows: number[] = [];
  private readonly warnings = new Map<RecordWarningCode, number>();
  private readonly leftOut = new LeftOutRows();
  private readonly firstWarnings: RowProblem[] = [];
  private readonly problemsKept = { error: 0, warning: 0 };
  private rawId: Uint8Array = new Uint8Array(16);
  private singleRawId: string | null = null;
  private writing: Promise<void> = Promise.resolve();
  private readonly raws: RawBatch;
  private readonly records: NormalizedBatch;
  private problems: RowProblem[] = [];
  private rowsSince = 0;
  raw = 0;
  normalized = 0;
  /** Of the normalized ones those that carry exposure. */
  private exposed = 0;
  eliminated = 0;
  warningCount = 0;

  constructor(private readonly client: PoolClient, private readonly version: Loading) {
    this.raws = new RawBatch(version.versionId);
    this.records = new NormalizedBatch(version.versionId);
    this.currencies = new CurrencySums(version.baseCurrency);
    this.gate = new QualityGate(client, version);
  }

  /** Adds a batch of rows; with `rawIds` the raw records are stored already. */
  async add(batch: SourceBatch, rawIds?: readonly string[]): Promise<void> {
    batch.rows.forEach((row, index) => {
      const raw = this.addRaw(row, rawIds?.[index]);
      const found = this.judge(row);
      if (isOfRow(found.record)) recordValues(found.record, this.values);
      const normalized = found.record
        ? this.addNormalized(row.row, found.record, found.totals) : null;
      this.count(row.row, found.record, found.problems);
      if (!found.record) this.leftOut.add(row.row, row.writeRaw, found.problems);
      this.keep(found.problems);
      if (this.raw % BLOCK_LEAVES === 1) this.blockRows.push(row.row);
      this.tree.append(recordLeaf(raw, normalized));
    });
    const { remarks = [] } = batch;
    this.gate.remark(remarks);
    this.warningCount += remarks.length;
    this.keep(remarks);
    await this.writeWhenMany(batch.rows.length);
  }

  get rejected(): number {
    return this.leftOut.total;
  }

  /** Stores rows as received, to be normalized later. */
  async addRawOnly(batch: SourceBatch): Promise<void> {
    for (const row of batch.rows) {
      this.addRaw(row);
      this.keep(row.problems);
    }
    await this.writeWhenMany(batch.rows.length);
  }

  private async writeWhenMany(rows: number): Promise<void> {
    this.rowsSince += rows;
    const bytes = this.raws.size + this.records.size;
    if (this.rowsSince >= COPY_ROWS || bytes >= COPY_BYTES) await this.write();
  }

  /**
   * Lets the database take rows while the next are read: waits for those before only.
   * @throws AppError STORAGE_FULL
   */
  private async write(): Promise<void> {
    await refuseWhenNearlyFull();
    await this.writing;
    this.writing = copyRows(this.client, [this.raws.take(), this.records.take(),
      problemRows(this.version.versionId, this.problems)]);
    this.problems = [];
    this.rowsSince = 0;
    this.writing.catch(() => undefined); // whoever waits for it next is told
  }

  /** Resolves when nothing is under way to the database. */
  async settled(): Promise<void> {
    await this.writing;
  }

  /** Resolves when the database has taken all that was added. */
  async written(): Promise<void> {
    await this.write();
    await this.writing;
  }

  /** Adds a raw record unless it is stored already; its hash. */
  private addRaw({ row, sourceRecordId, writeRaw }: SourceRow, storedId?: string): string {
    this.raw += 1;
    const sha256 = storedId === undefined
      ? this.raws.addRow({ kind: "record", row, sourceRecordId, payload: writeRaw })
      : payloadHash(writeRaw);
    this.rawId = storedId === undefined ? this.raws.id : idBytes(storedId);
    this.singleRawId = this.raw === 1 ? idText(this.rawId) : null;
    return sha256;
  }

  /** A record whose amounts pass the limit of exact sums is left out like any unreadable one. */
  private judge(row: SourceRow): {
    record: SourceRow["record"]; totals: ExactTotals | null; problems: readonly RowProblem[];
  } {
    if (row.record && isSideRecord(row.record)) {
      const { problems } = this.gate.judge(row.row, null, row.problems);
      return { record: row.record, totals: zeroTotals(), problems };
    }
    const { record, problems } = this.gate.judge(row.row, row.record, row.problems);
    if (!record) return { record: null, totals: null, problems };
    const added = withinColumns(recordTotals(record));
    if (added.ok) {
      const owed = this.version.intercompany?.(record, row.row);
      if (owed) {
        this.eliminated += 1;
        this.eliminatedTotals.addTotals(added.value.totals);
        return { record, totals: null, problems: [...problems, owed] };
      }
      for (const { code } of added.value.warnings) {
        this.warnings.set(code, (this.warnings.get(code) ?? 0) + 1);
      }
      return { record, totals: added.value.totals, problems };
    }
    const { field, value } = added.error;
    return { record: null, totals: null, problems: [...problems, {
      row: row.row, column: field, value: String(value), code: "AMOUNT_OUT_OF_RANGE",
      severity: "error", message: `${field} is ${value}: beyond the largest amount of 9e14.`,
      recommendation: PROBLEMS.AMOUNT_OUT_OF_RANGE.recommendation,
    }] };
  }

  /** Adds what the raw record that was added last became; its hash, null for what is left out. */
  private addNormalized(
    row: number, record: NormalizedRecord | SideRecord, totals: ExactTotals | null,
  ): string | null {
    if (!totals) return null;
    this.totals.addTotals(totals);
    this.normalized += 1;
    if (!isSideRecord(record) && record.record_kind !== "earlier_position") {
      this.currencies.add(record, totals);
      this.kpis.add(record, totals);
      this.columns.addAccepted(record, row);
      this.exposed += 1;
    }
    this.json.write(record, isOfRow(record) ? this.values : undefined);
    return this.records.addRow({ rawRecordId: this.rawId, kind: record.record_kind, row, totals,
      payload: this.json,
      fields: record.record_kind === "portfolio"
        ? (record.currency === undefined ? {} : { currency: record.currency }) : record });
  }

  private count(
    row: number, record: SourceRow["record"], problems: readonly RowProblem[],
  ): void {
    this.gate.add(record, problems, row, isOfRow(record) ? this.values : undefined);
    for (const { severity, code, value } of problems) {
      if (severity === "warning") this.warningCount += 1;
      if (code !== "FX_RATE_MISSING" || value === null) continue;
      const known = this.currenciesWithoutRate.get(value);
      if (known === undefined && this.currenciesWithoutRate.size >= CURRENCIES_NAMED) continue;
      this.currenciesWithoutRate.set(value, (known ?? 0) + 1);
    }
  }

  private keep(problems: readonly RowProblem[]): void {
    for (const problem of problems) {
      const { severity } = problem;
      if (this.problemsKept[severity] >= PROBLEM_LIMIT) continue;
      this.problemsKept[severity] += 1;
      this.problems.push(problem);
      if (severity === "warning" && this.firstWarnings.length < FAILURE_WARNINGS) {
        this.firstWarnings.push(problem);
      }
    }
  }

  /**
   * Writes the consolidated record and seals the version.
   * @throws NoValidRecordError when nothing was normalized, QualityToleranceError when the tape is
   * worse than the dataset tolerates.
   */
  async seal(): Promise<void> {
    await this.written();
    if (this.exposed === 0) throw new NoValidRecordError(
      [...this.leftOut.errors, ...this.firstWarnings], this.leftOut);
    const totals = this.totals.totals();
    const apart = this.apart(totals);
    const { quality, notes } = await this.judged(totals);
    const contentHash = Buffer.from(this.tree.root()).toString("hex");
    const consolidatedId = newId();
    const fileId = this.addFileRecord(contentHash);
    const payload = { ...consolidatedPayload(totals, this.exposed), ...apart };
    // Its sums stand in the payload: they may pass 64 bits, and columns must not count twice.
    this.records.addRow({
      id: consolidatedId, rawRecordId: null, kind: "consolidated", row: 0,
      payload: canonical(payload), totals: zeroTotals(),
      fields: { currency: this.version.baseCurrency },
    });
    await this.written();
    await sealColumns(this.client, this.version.versionId, this.columns);
    await writeLeafBlocks(this.client, this.version.versionId, this.blockRows, this.tree.blocks());
    await this.client.query(
      `UPDATE dataset_version SET status = 'sealed', sealed_at = clock_timestamp(), raw_count = $2,
         normalized_count = $3, rejected_count = $4, warning_count = $5, rows_done = $2,
         bytes_done = source_bytes, content_hash = $6, consolidated_record_id = $7,
         consolidated = $8, report_raw_record_id = $9, quality = $10, warnings = $11, failure = NULL
       WHERE dataset_version_id = $1`,
      [this.version.versionId, this.raw, this.normalized, this.rejected, this.warningCount,
        contentHash, consolidatedId, JSON.stringify({ ...totalsToJson(totals), ...apart }),
        this.singleRawId ?? fileId, JSON.stringify(quality),
        JSON.stringify([...this.warningTexts(),
          ...notes.map((note) => `UNIT_DISCREPANCY: ${note}`)])]);
    await this.audit("sealed", { raw: this.raw, normalized: this.normalized,
      rejected: this.rejected, content_hash: contentHash });
    await judgeVersion(this.client, this.version.by, {
      datasetVersionId: this.version.versionId, baseCurrency: this.version.baseCurrency,
      normalizedRecordId: consolidatedId,
    }, await heldKpiSettings(this.client, this.version.datasetId), this.kpis.sums(totals));
  }

  /** Sums beside the totals, where there are any: by currency, and what was left out. */
  private apart(totals: ExactTotals): SumsApart {
    const byCurrency = this.currencies.totals(totals, this.exposed).map((entry) => ({
      currency: entry.currency, fx_rate: entry.fxRate, records: entry.records,
      origin: totalsToJson(entry.origin), base: totalsToJson(entry.base) }));
    return { ...(byCurrency.length === 0 ? {} : { by_currency: byCurrency }),
      ...(this.eliminated === 0 ? {} : { eliminated: { records: this.eliminated,
        totals: totalsToJson(this.eliminatedTotals.totals()) } }) };
  }

  /** The quality to be kept, and what to say of the whole tape, which alone shows some problems. */
  private async judged(
    totals: ExactTotals,
  ): Promise<{ quality: StoredQuality; notes: readonly string[] }> {
    const { quality, problems, late, notes } = await this.gate.finish(totals);
    this.warningCount += late;
    const exceeded = quality.tolerances.filter((check) => check.exceeded);
    if (exceeded.length > 0 && !quality.accepted) {
      throw new QualityToleranceError(quality, [...this.leftOut.errors,
        ...[...problems, ...this.firstWarnings].slice(0, FAILURE_WARNINGS)], this.leftOut);
    }
    this.keep(problems);
    if (!quality.accepted) return { quality, notes };
    const { versionId, by } = this.version;
    await insertAudit(this.client, by, { type: "dataset_version.quality_accepted",
      subjectId: versionId, datasetVersionId: versionId, reason: quality.accepted.reason,
      details: { by: quality.accepted.by, exceeded: exceeded.map(({ name, field, limit,
        measured }) => ({ name, field, limit, measured })) } });
    return { quality, notes };
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

  private addFileRecord(contentHash: string): string {
    this.raws.addRow({ kind: "file", row: 0, sourceRecordId: this.version.source.name,
      payload: canonical({ ...this.version.source, content_hash: contentHash }) });
    return idText(this.raws.id);
  }

  private warningTexts(): string[] {
    const rejected = this.rejected === 0 ? [] : [
      `ROWS_REJECTED: ${this.rejected} of ${this.raw} rows are left out of every total.`];
    const without = [...this.currenciesWithoutRate].sort(([a], [b]) => (a < b ? -1 : 1));
    const noRate = without.length === 0 ? [] : [`FX_RATE_MISSING: rows in ${without
      .map(([code, count]) => `${code} (${count})`).join(", ")} have no rate and are left out.`];
    const owed = this.eliminated === 0 ? [] : [`INTERCOMPANY_ELIMINATED: ${this.eliminated} `
      + "records that own legal entities owe count in no total."];
    const sorted = [...this.warnings].sort(([a], [b]) => a < b ? -1 : 1);
    return [...rejected, ...noRate, ...owed, ...sorted.map(
      ([code, count]) => `${code}: ${count} records ${WARNING_TEXTS[code]}.`)];
  }
}

/** A record of one row, with the fields of one. */
const isOfRow = (
  record: SourceRow["record"],
): record is Exclude<NormalizedRecord, { record_kind: "portfolio" }> =>
  record !== null && record.record_kind !== "portfolio" && !isSideRecord(record);

const canonical = (payload: Json): WritePayload => (out) => out.text(canonicalJson(payload));
