import type { ExportedFile } from "@/lib/service/platform/exported-file";
import type { CsvFile } from "@/lib/service/platform/spreadsheet-text";

/** An answer that is more than a value with the operation's own status. */
export class Reply {
  constructor(
    readonly value: unknown,
    readonly status: number | null = null,
    readonly headers: Record<string, string> = {},
    /** Set when the body is no JSON, or was written as JSON already. */
    readonly text: string | null = null,
    /** Set when the body is sent while it is made. */
    readonly stream: AsyncIterable<string | Uint8Array> | null = null,
  ) {}
}

/** Headers of a file to keep, with its name. */
export const attachment = (file: { name: string; type: string }): Record<string, string> => ({
  "content-type": file.type, "content-disposition": `attachment; filename="${file.name}"` });

/** A list as CSV, sent while it is made. */
export const csv = ({ name, stream }: CsvFile): Reply => new Reply(null, 200,
  attachment({ name, type: "text/csv; charset=utf-8" }), null, stream);

/** A file to keep. */
export const fileReply = (file: ExportedFile): Reply => "text" in file
  ? new Reply(null, 200, attachment(file), file.text)
  : new Reply(null, 200, { ...attachment(file),
    ...(file.bytes === undefined ? {} : { "content-length": String(file.bytes) }) },
  null, file.pieces);
