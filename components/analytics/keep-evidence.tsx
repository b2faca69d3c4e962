"use client";

import Link from "next/link";
import { useCurrentVersion } from "@/components/shell/current-version";
import { roleReason, useMe } from "@/components/shell/me";
import { Badge } from "@/components/ui/badge";
import { Button } from "@/components/ui/button";
import { ErrorText } from "@/components/ui/field";
import { shortId } from "@/components/ui/format";
import type { BodyInputOf } from "@/lib/contract/operations";
import { useKept, type FigureAnalysis, type KeptState } from "./use-analysis";

/** Whether what one sees is recorded, and the button that records it. */
export function KeepEvidence({ kept, blocked, note }: {
  kept: KeptState; blocked?: string | null; note?: string;
}) {
  const reason = roleReason(useMe(), "EXECUTE") ?? blocked ?? null;
  const { evidenceId, keep, isBusy, error } = kept;
  return (
    <div className="ana-keep">
      {evidenceId ? (
        <>
          <Badge state="evidence">Recorded</Badge>
          <span>Evidence <Link className="mono" href={`/evidence/${evidenceId}`}>
            {shortId(evidenceId)}</Link></span>
        </>
      ) : (
        <>
          <Badge state="preview">Preview</Badge>
          <Button small icon="seal" busy={isBusy} disabledReason={reason} onClick={keep}>
            Save as evidence
          </Button>
          {note ? <span className="hint">{note}</span> : null}
        </>
      )}
      {error ? <ErrorText>{error.message}</ErrorText> : null}
    </div>
  );
}

interface KeepFiguresProps<N extends FigureAnalysis> {
  name: N;
  figures: Omit<BodyInputOf<N>, "dataset_version_id" | "persist">;
  blocked?: string | null;
}

/** Keeps what is calculated of the page's own figures, with the version it is about. */
export function KeepFigures<N extends FigureAnalysis>(
  { name, figures, blocked }: KeepFiguresProps<N>,
) {
  const { version } = useCurrentVersion();
  const kept = useKept(name, { ...figures,
    dataset_version_id: version?.dataset_version_id } as BodyInputOf<N>);
  return (
    <KeepEvidence kept={kept} blocked={version ? blocked ?? null
      : "Evidence belongs to a sealed version, and there is none."}
      note={version ? `With its inputs, of ${version.dataset_name} v${version.number}` : ""} />
  );
}
