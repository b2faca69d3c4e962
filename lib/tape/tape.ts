import type { NormalizedRecord } from "../kernel/record";
import { readCsv, type CsvBatch, type CsvOptions, type CsvRow } from "./csv";
import { createDuplicateCheck } from "./duplicates";
import type { NormalizeOptions } from "./fields";
import type { Mapping } from "./mapping";
import { compileRowNormalizer } from "./normalize-row";
import type { RowProblem } from "./problem";

/** A row of a tape with what became of it: `record` is null when the row was rejected. */
export type TapeRow = {
  line: number;
  cells: string[];
  record: NormalizedRecord | null;
  problems: readonly RowProblem[];
};

/** Rows in file order; `header` is the same array in every batch. */
export type TapeBatch = { header: string[]; rows: TapeRow[] };

/** How a file is read: what sniffTape found, the mapping, and how values are read. */
export type TapePlan = CsvOptions & NormalizeOptions & { mapping: Mapping };

/**
 * A CSV file as normalized records, in one pass with bounded memory: split, mapped, checked, with
 * a warning on repeated instrument ids. Bad rows come along with their problems; nothing in the
 * file's content makes it throw.
 */
export const readTape = (
  chunks: AsyncIterable<Uint8Array>, plan: TapePlan,
): AsyncGenerator<TapeBatch> => normalizeRows(readCsv(chunks, plan), plan);

/** As readTape, for the rows of any format. */
export async function* normalizeRows(
  batches: AsyncIterable<CsvBatch>, plan: NormalizeOptions & { mapping: Mapping },
): AsyncGenerator<TapeBatch> {
  const normalize = compileRowNormalizer(plan.mapping, plan);
  const duplicates = createDuplicateCheck();
  const source = plan.mapping.fields.get("instrument_id");
  const idColumn = source?.kind === "column" ? source.column : undefined;
  const readRow = ({ line, cells, problem }: CsvRow): TapeRow => {
    if (problem !== null) return { line, cells, record: null, problems: [problem] };
    const { record, problems } = normalize(cells, line);
    if (idColumn === undefined || record === null) return { line, cells, record, problems };
    const id = record.record_kind === "portfolio" ? undefined : record.instrument_id;
    const repeated = duplicates.check(id, line, idColumn);
    const all = repeated === null ? problems : [...problems, repeated];
    return { line, cells, record, problems: all };
  };
  for await (const { header, rows } of batches) {
    yield { header, rows: rows.map(readRow) };
  }
}
