"use client";

import { useCallback, useEffect, useSyncExternalStore } from "react";
import { usePathname } from "next/navigation";
import { parseAsString, useQueryState } from "nuqs";
import { arrived, watchLeaving } from "@/components/shell/leaving";
import {
  notePinnedVersion, onRememberedVersion, pinnedVersion, rememberedVersion, rememberVersion,
} from "@/components/shell/remembered-version";
import { ApiError } from "@/lib/client/api";
import { useOperation } from "@/lib/client/hooks";
import type { ResponseOf } from "@/lib/contract/operations";

export type DatasetVersion = ResponseOf<"getVersion">;

export interface CurrentVersion {
  version: DatasetVersion | null;
  /** Sealed versions of all datasets, newest first. */
  versions: DatasetVersion[];
  isLoading: boolean;
  error: ApiError | null;
  select: (id: string) => void;
}

const NONE: DatasetVersion[] = [];
const SEALED_VERSIONS = { query: { status: "sealed", limit: 200 } } as const;
const parameter = parseAsString.withOptions({ history: "push" });
/** Pages that show one version: a link to them must reopen it. */
const PAGES_OF_A_VERSION = ["/", "/workbench", "/analytics"];

function useRemembered(): string | null {
  return useSyncExternalStore(onRememberedVersion, rememberedVersion, () => null);
}

/** The version a link names although the list does not hold it: older, or not sealed. */
function useNamedVersion(id: string | null, isWanted: boolean) {
  return useOperation("getVersion", { path: { id: id ?? "" } },
    { enabled: isWanted && id !== null });
}

function notSealed(version: DatasetVersion): ApiError {
  const name = `${version.dataset_name} v${version.number}`;
  return new ApiError("NORMALIZED_RECORD_REQUIRED",
    `${name} is not sealed, its status is ${version.status}. Choose another version.`, 409, null);
}

/**
 * The dataset version the pages talk about: the one in the URL, else the one chosen last in this
 * tab, else the newest sealed one.
 */
export function useCurrentVersion(): CurrentVersion {
  const [named, setNamed] = useQueryState("version", parameter);
  const remembered = useRemembered();
  const list = useOperation("listVersions", SEALED_VERSIONS);
  const versions = list.data?.items ?? NONE;
  const find = (id: string | null) =>
    versions.find((version) => version.dataset_version_id === id) ?? null;
  const listed = named === null ? find(remembered) ?? versions[0] ?? null : find(named);
  const isElsewhere = named !== null && list.isSuccess && listed === null;
  const other = useNamedVersion(named, isElsewhere);
  const found = isElsewhere ? other.data ?? null : listed;
  const version = found?.status === "sealed" ? found : null;

  const namedId = named === null ? null : version?.dataset_version_id ?? null;
  useEffect(() => {
    if (namedId !== null && namedId !== pinnedVersion()) rememberVersion(namedId);
  }, [namedId]);

  const select = useCallback((id: string) => {
    rememberVersion(id);
    void setNamed(id);
  }, [setNamed]);

  const failure = list.error ?? (isElsewhere ? other.error : null);
  const error = failure ?? (found && version === null ? notSealed(found) : null);
  const isLoading = list.isPending || (isElsewhere && other.isPending);
  return { version, versions, isLoading, error, select };
}

/** Writes the version a page came up with into its URL. The shell does it once for all pages. */
export function usePinnedVersion(): void {
  const pathname = usePathname();
  const [named] = useQueryState("version", parameter);
  const { version } = useCurrentVersion();
  const id = named === null && PAGES_OF_A_VERSION.includes(pathname)
    ? version?.dataset_version_id ?? null : null;
  useEffect(() => watchLeaving(), []);
  useEffect(arrived, [pathname]);
  useEffect(() => {
    if (id === null) return;
    if (rememberedVersion() !== id) notePinnedVersion(id);
    // At once, where the state of the address waits 50 ms, in which a jump may begin.
    const address = new URL(window.location.href);
    address.searchParams.set("version", id);
    window.history.replaceState(null, "", address);
  }, [id, pathname]);
}
