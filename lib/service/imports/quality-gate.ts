import {
  AMOUNT_FIELDS, isSideRecord, type NormalizedRecord, type RecordField,
  type RecordValues, type SideRecord,
} from "@/lib/kernel/record";
import { exposureOf, type ExactTotals } from "@/lib/risk";
import {
  checkTolerances, createQualityCollector, createRuleSet, OUTLIER_Z, rowProblem, toleranceInWords,
  type ColumnNames, type ColumnOutliers, type RowProblem, type RuleSet, type UnitCheck,
} from "@/lib/tape";
import type { PoolClient } from "../db/database";
import type { LeftOutRows } from "./left-out-rows";
import { NOTHING_ASKED, type QualityInForce, type StoredQuality } from "../datasets/version-quality";

/** The tape is worse than the dataset tolerates: the version fails and keeps why. */
export class QualityToleranceError extends Error {
  override name = "QualityToleranceError";
  constructor(
    readonly quality: StoredQuality, readonly problems: readonly RowProblem[],
    readonly leftOut: LeftOutRows,
  ) {
    const exceeded = quality.tolerances.filter((check) => check.exceeded).map(toleranceInWords);
    super(`Not sealed: ${exceeded.join("; ")}.`);
  }
}

/** Outliers and unknown references that are listed one by one; all are counted. */
const LISTED = 100;

/** What a tape is judged with. */
export type JudgedTape = {
  versionId: string;
  /** Undefined where an older server received the tape. */
  quality: QualityInForce | undefined;
  asOf: string | null;
  columnOf: ColumnNames;
  units: UnitCheck;
};

/** Judges a tape while it is loaded, and says at its end whether it may be sealed. */
export class QualityGate {
  private readonly collector = createQualityCollector();
  private readonly rules: RuleSet;
  private readonly inForce: QualityInForce;

  constructor(private readonly client: PoolClient, private readonly tape: JudgedTape) {
    this.inForce = tape.quality ?? NOTHING_ASKED;
    this.rules = createRuleSet(this.inForce, tape.asOf, tape.columnOf);
  }

  judge(row: number, record: NormalizedRecord | null, problems: readonly RowProblem[]) {
    return this.rules.judge(row, record, problems);
  }

  /** Counts problems of a file as a whole. */
  remark(problems: readonly RowProblem[]): void {
    this.collector.remark(problems);
  }

  add(
    record: NormalizedRecord | SideRecord | null, problems: readonly RowProblem[], row: number,
    values?: RecordValues,
  ): void {
    this.collector.add(record, problems, row, values);
    if (!record || !isSideRecord(record)) this.tape.units.add(row, record, problems, values);
  }

  /** What only the whole tape shows: so many late problems, some listed, and the report to keep. */
  async finish(
    totals: ExactTotals,
  ): Promise<{
    quality: StoredQuality; problems: RowProblem[]; late: number; notes: readonly string[];
  }> {
    const units = this.tape.units.finish();
    this.collector.addCode("UNIT_DISCREPANCY", units.count);
    const { problems: unknown, count: unknowns } = await this.unknownReferences();
    const outliers = this.inForce.reading.OUTLIER === "off" ? [] : this.collector.outliers(LISTED);
    const counts = new Map<RecordField, number>();
    for (const found of outliers) {
      counts.set(found.field, found.count ?? await this.countOutliers(found));
    }
    const report = this.collector.finish(counts);
    const principal = exposureOf(totals).total_outstanding;
    const { tolerances, control, accept } = this.inForce;
    const checks = checkTolerances(report, tolerances, control, principal);
    const isExceeded = checks.some((check) => check.exceeded);
    return {
      quality: { ...report, tolerances: checks, accepted: isExceeded ? accept ?? null : null },
      problems: [...units.problems, ...unknown,
        ...outliers.flatMap((found) => this.outlierProblems(found))],
      late: [...counts.values()].reduce((sum, each) => sum + each, units.count + unknowns),
      notes: units.notes,
    };
  }

  private async unknownReferences(): Promise<{ problems: RowProblem[]; count: number }> {
    const problems: RowProblem[] = [];
    let count = 0;
    const present = new Map(this.collector.finish().columns.map((column) =>
      [column.field, column.present]));
    for (const { rule, field, other } of this.rules.references) {
      if ((present.get(field) ?? 0) === 0) continue;
      // Without statistics of the rows just written each might be tried against all others.
      await this.client.query("SET LOCAL enable_nestloop = off");
      const { rows } = await this.client.query<{ row: number; value: string; all: string }>(
        UNKNOWN_REFERENCES, [this.tape.versionId, field, other]);
      await this.client.query("SET LOCAL enable_nestloop TO DEFAULT");
      const all = Number(rows[0]?.all ?? 0);
      this.collector.addBroken(rule.id, all);
      count += all;
      for (const { row, value } of rows) {
        problems.push({ ...rowProblem("REFERENCE_UNKNOWN", row, this.tape.columnOf(field), value,
          `${field} '${value}' is the ${other} of no record of the tape`), rule: rule.id });
      }
    }
    return { problems, count };
  }

  /** More outliers than are kept while reading: they are counted where the records stand. */
  private async countOutliers({ field, low, high }: ColumnOutliers): Promise<number> {
    const { rows } = await this.client.query<{ found: string }>(
      `SELECT count(*) AS found FROM normalized_record
       WHERE dataset_version_id = $1 AND kind IN ('instrument', 'distressed_asset')
         AND ((payload ->> $2)::float8 < $3 OR (payload ->> $2)::float8 > $4)`,
      [this.tape.versionId, field, low, high]);
    return Number(rows[0]?.found ?? 0);
  }

  private outlierProblems({ field, listed, mean, deviation }: ColumnOutliers): RowProblem[] {
    const digits = (AMOUNT_FIELDS as readonly string[]).includes(field) ? 2 : 4;
    const shown = (value: number) => String(Number(value.toFixed(digits)));
    return listed.map(({ value, row }) => {
      const z = (value - mean) / deviation;
      return rowProblem("OUTLIER", row, this.tape.columnOf(field), String(value),
        `${field} ${value} lies ${Math.abs(z).toFixed(1)} standard deviations `
        + `${z > 0 ? "above" : "below"} the mean of ${shown(mean)}; beyond ${OUTLIER_Z} is flagged`);
    });
  }
}

const UNKNOWN_REFERENCES = `SELECT n.row_number AS row, n.payload ->> $2 AS value,
    count(*) OVER () AS all
  FROM normalized_record n LEFT JOIN (SELECT DISTINCT payload ->> $3 AS id FROM normalized_record
    WHERE dataset_version_id = $1) target ON target.id = n.payload ->> $2
  WHERE n.dataset_version_id = $1 AND n.payload ->> $2 IS NOT NULL AND target.id IS NULL
  ORDER BY n.row_number LIMIT ${LISTED}`;
