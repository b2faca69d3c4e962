import { ByteWriter, ParquetWriter } from "hyparquet-writer";
import type { Cell, Column } from "./model";

const typeOf = (column: Column) => column.type === "text"
  ? { type: "BYTE_ARRAY", converted_type: "UTF8" } as const
  : column.type === "count" ? { type: "INT32" } as const : { type: "DOUBLE" } as const;

const GROUP_ROWS = 5_000;

/**
 * Rows as a Parquet file (Snappy), in groups of GROUP_ROWS or what the batch that fills one comes
 * to; columns are named by their keys and may be null; `facts` stand in the file's metadata. The
 * same batches give the same bytes; memory is that of a group.
 */
export async function* rowsParquet(
  columns: readonly Column[], batches: AsyncIterable<readonly (readonly Cell[])[]>,
  facts: Readonly<Record<string, string>> = {},
): AsyncGenerator<Uint8Array> {
  const writer = new ByteWriter();
  const file = new ParquetWriter({ writer, createdBy: "TodiScope",
    kvMetadata: Object.entries(facts).map(([key, value]) => ({ key, value })),
    schema: [{ name: "root", num_children: columns.length },
      ...columns.map((column) => ({ name: column.key, repetition_type: "OPTIONAL" as const,
        ...typeOf(column) }))] });
  // The writer's offset counts on, so what was taken out is written over.
  const taken = (): Uint8Array => {
    const bytes = new Uint8Array(writer.buffer.slice(0, writer.index));
    writer.index = 0;
    return bytes;
  };
  for await (const rows of groupsOf(batches)) {
    await file.write({ rowGroupSize: rows.length,
      columnData: columns.map(({ key }, at) =>
        ({ name: key, data: rows.map((row) => row[at] ?? null) })) });
    yield taken();
  }
  await file.finish();
  yield taken();
}

async function* groupsOf(
  batches: AsyncIterable<readonly (readonly Cell[])[]>,
): AsyncGenerator<readonly (readonly Cell[])[]> {
  let rows: (readonly Cell[])[] = [];
  for await (const batch of batches) {
    for (const row of batch) rows.push(row);
    if (rows.length < GROUP_ROWS) continue;
    yield rows;
    rows = [];
  }
  if (rows.length > 0) yield rows;
}
