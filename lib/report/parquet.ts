import { ByteWriter, ParquetWriter } from "hyparquet-writer";
import type { Cell, Column } from "./model";

const typeOf = (column: Column) => column.type === "text"
  ? { type: "BYTE_ARRAY", converted_type: "UTF8" } as const
  : column.type === "count" ? { type: "INT32" } as const : { type: "DOUBLE" } as const;

/**
 * Rows as a Parquet file (Snappy), a row group for each batch; columns are named by their keys and
 * may be null; `facts` stand in the file's metadata. The same batches give the same bytes; memory
 * is that of a batch.
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
  for await (const rows of batches) {
    if (rows.length === 0) continue;
    await file.write({ rowGroupSize: rows.length,
      columnData: columns.map(({ key }, at) =>
        ({ name: key, data: rows.map((row) => row[at] ?? null) })) });
    yield taken();
  }
  await file.finish();
  yield taken();
}
