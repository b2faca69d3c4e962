"use client";

import Link from "next/link";
import { roleReason, useMe } from "@/components/shell/me";
import { Badge } from "@/components/ui/badge";
import { Button } from "@/components/ui/button";
import { ErrorText } from "@/components/ui/field";
import { shortId } from "@/components/ui/format";
import type { KeptState } from "./use-analysis";

/** Whether what one sees is recorded, and the button that records it. */
export function KeepEvidence({ kept, blocked }: { kept: KeptState; blocked?: string | null }) {
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
        </>
      )}
      {error ? <ErrorText>{error.message}</ErrorText> : null}
    </div>
  );
}
