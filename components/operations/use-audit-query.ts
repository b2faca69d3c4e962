"use client";

import { debounce, parseAsString, useQueryStates } from "nuqs";
import type { QueryInputOf } from "@/lib/contract/operations";

const typed = parseAsString.withOptions({ limitUrlUpdates: debounce(250) });

/** The filters of the audit log in the URL, under the names of the API; `event` is open. */
const KEYS = {
  q: typed, actor: typed, reason: typed, subject_id: typed, dataset_version_id: typed,
  request_id: typed, correlation_id: typed, type: parseAsString, role: parseAsString,
  from: parseAsString, to: parseAsString, event: parseAsString,
};

export const useAuditQuery = () => useQueryStates(KEYS);
export type AuditQuery = ReturnType<typeof useAuditQuery>[0];
export type SetAuditQuery = ReturnType<typeof useAuditQuery>[1];
export type FilterName = Exclude<keyof AuditQuery, "event">;

export const FILTER_WORDS: Record<FilterName, string> = {
  q: "Search", type: "Kind", actor: "Actor", role: "Role", reason: "Reason", from: "From",
  to: "To", subject_id: "Subject id", dataset_version_id: "Dataset version id",
  request_id: "Request id", correlation_id: "Correlation id",
};
export const FILTER_NAMES = Object.keys(FILTER_WORDS) as FilterName[];

export const NO_FILTERS = Object.fromEntries(
  FILTER_NAMES.map((name) => [name, null])) as Record<FilterName, null>;

/** What the API is asked for: filters that hold something. */
export function filterOf(query: AuditQuery): QueryInputOf<"listAudit"> {
  return Object.fromEntries(FILTER_NAMES.flatMap((name) => {
    const value = query[name]?.trim();
    return value ? [[name, value]] : [];
  }));
}
