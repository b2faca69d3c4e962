import { addressOf } from "@/lib/contract/addresses";

/** Where the file is that a job of kind `export` made. */
export const fileHref = (jobId: string): string => addressOf("getExportFile", { id: jobId }).url;
