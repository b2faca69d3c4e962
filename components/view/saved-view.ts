import type { ResponseOf } from "@/lib/contract/operations";

export type SavedView = ResponseOf<"listSavedViews">["items"][number];

/** The newest of what one person sees. */
export const NEWEST_VIEWS = { query: { limit: 200 } } as const;

/** The address that a view stands for. */
export const viewHref = ({ path, search }: Pick<SavedView, "path" | "search">): string =>
  search === "" ? path : `${path}?${search}`;
