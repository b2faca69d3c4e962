/** A raw row of a tape of several tables: its cells, and where they stood. */
export type TableRow = { table: string; line: number; template: string; cells: unknown };

/** What a raw row says of its place; null for a tape of one table. */
export function tableRowOf(payload: unknown): TableRow | null {
  const row = payload as Partial<TableRow> | null;
  return typeof row === "object" && row !== null && typeof row.template === "string"
    && typeof row.table === "string" && typeof row.line === "number"
    && typeof row.cells === "object" ? row as TableRow : null;
}

/** A raw row as the file has it. */
export const cellsOf = (payload: unknown): unknown => tableRowOf(payload)?.cells ?? payload;
