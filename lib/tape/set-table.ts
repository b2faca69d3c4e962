import type { Template } from "./eba-templates";
import type { RowsPlan } from "./rows";

/** One table of a set as it is stored with the version: which file or sheet, and how it is read. */
export type SetTable = {
  template: Template;
  /** The file in the archive, or the sheet. */
  name: string;
  header: string[];
} & Pick<RowsPlan, "encoding" | "delimiter" | "sheet" | "headerRow">;
