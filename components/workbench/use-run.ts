"use client";

import { useRef, useState } from "react";
import { useRouter } from "next/navigation";
import { useQueryClient } from "@tanstack/react-query";
import { ApiError, call } from "@/lib/client/api";
import { keyOf, useCommand } from "@/lib/client/hooks";
import { plural, shortId } from "@/components/ui/format";
import { useToast } from "@/components/ui/toast";
import { parametersOf } from "./draft";
import type { Draft } from "./draft";
import { runProblem } from "./run-problem";
import type { RunProblem } from "./run-problem";

export interface RunState {
  run: () => void;
  busy: boolean;
  /** Why the last attempt with this very draft failed. */
  problem: RunProblem | null;
}

interface Attempt {
  /** The same inputs tried again are the same run, should the first answer have been lost. */
  key: string;
  startedAt: string;
}

interface Failure {
  problem: RunProblem;
  versionId: string;
  draft: Draft;
}

const REFRESHED = ["listRuns", "listEvidence", "listFindings", "traceEvidence"] as const;

export function useRun(
  versionId: string | null, draft: Draft, onRecorded: (runId: string) => void,
): RunState {
  const client = useQueryClient();
  const router = useRouter();
  const toast = useToast();
  const command = useCommand("runEngine");
  const isUnderWay = useRef(false);
  const attempt = useRef<Attempt | null>(null);
  const [busy, setBusy] = useState(false);
  const [failure, setFailure] = useState<Failure | null>(null);

  async function record(id: string) {
    const parameters = parametersOf(draft);
    const key = JSON.stringify([id, parameters]);
    const startedAt = attempt.current?.key === key ? attempt.current.startedAt
      : new Date().toISOString();
    attempt.current = { key, startedAt };
    try {
      const result = await command.mutateAsync({
        body: { dataset_version_id: id, started_at: startedAt, parameters },
      });
      attempt.current = null;
      setFailure(null);
      const path = { path: { id: result.run_id } };
      await client.fetchQuery({ queryKey: keyOf("getRun", path),
        queryFn: () => call("getRun", path) }).catch(() => undefined);
      onRecorded(result.run_id);
      const findings = result.material_findings.filter((finding) => finding.is_material).length;
      toast.show({
        title: `Run ${shortId(result.run_id)} is recorded`,
        description: `${plural(result.report.stress_tests.length, "scenario")}, `
          + plural(findings, "material finding"),
        action: { label: "Open the run", onSelect: () => router.push(`/runs/${result.run_id}`) },
      });
    } catch (error) {
      const refusal = error instanceof ApiError ? error
        : { code: "INTERNAL_ERROR", message: "", requestId: null, errors: [] };
      setFailure({ problem: runProblem(refusal, parameters), versionId: id, draft });
    } finally {
      // Only now: a list that names the run before it was read would show the page as loading.
      for (const reading of REFRESHED) void client.invalidateQueries({ queryKey: [reading] });
    }
  }

  function run() {
    // State would be too late: a double click comes before the next render.
    if (isUnderWay.current || versionId === null) return;
    isUnderWay.current = true;
    setBusy(true);
    void record(versionId).finally(() => {
      isUnderWay.current = false;
      setBusy(false);
    });
  }
  const applies = failure?.versionId === versionId && failure.draft === draft;
  return { run, busy, problem: applies ? failure.problem : null };
}
