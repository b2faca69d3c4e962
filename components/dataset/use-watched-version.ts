"use client";

import { useEffect, useRef } from "react";
import { useQueryClient } from "@tanstack/react-query";
import { useToast } from "@/components/ui/toast";
import { useOperation } from "@/lib/client/hooks";
import { isActive } from "./types";
import type { VersionStatus } from "./types";

const POLL_MS = 1000;

/** Reads a version, every second while the server works on it, and tells when it has ended. */
export function useWatchedVersion(id: string | null) {
  const toast = useToast();
  const client = useQueryClient();
  const query = useOperation("getVersion", { path: { id: id ?? "" } }, {
    enabled: id !== null,
    refetchInterval: ({ state }) => (state.data && isActive(state.data) ? POLL_MS : false),
  });
  const before = useRef<VersionStatus | null>(null);
  const version = query.data;
  useEffect(() => {
    if (!version) return;
    const was = before.current;
    before.current = version.status;
    if (was === null || was === version.status || isActive(version)) return;
    for (const name of ["listVersions", "listDatasets", "getDataset"]) {
      void client.invalidateQueries({ queryKey: [name] });
    }
    const name = `${version.dataset_name} v${version.number}`;
    if (version.status === "sealed") toast.show({ title: `${name} is sealed` });
    if (version.status === "failed") {
      toast.show({ state: "critical", title: `${name} could not be imported`,
        description: version.failure?.message });
    }
  }, [version, client, toast]);
  return query;
}
