"use client";

import { Button } from "@/components/ui/button";
import { Card } from "@/components/ui/card";
import { FigureLink } from "@/components/ui/figure";
import { ErrorState, SkeletonStack } from "@/components/ui/states";
import { useOperation } from "@/lib/client/hooks";
import type { Run } from "./run-words";

/** What the run says, in the words of its exports: each sentence leads to where it is from. */
export function NarrativeCard({ run }: { run: Run }) {
  const read = useOperation("getRunNarrative", { path: { id: run.run_id } },
    { staleTime: Infinity });
  const previous = read.data?.previous_run_id;
  const hrefOf = (about: string, evidence: string | null): string | null =>
    evidence !== null ? `/evidence/${evidence}`
      : about === "previous" && previous ? `/runs/${previous}` : null;
  return (
    <Card id="narrative" className="c7" title="In short"
      sub="Built from the figures of the run alone, the same in every export">
      {read.isPending ? <SkeletonStack lines={5} label="Loading the summary" /> : null}
      {read.error ? (
        <ErrorState what="The summary could not be made." safe="The report is not affected."
          requestId={read.error.requestId}
          action={<Button small icon="refresh" onClick={() => void read.refetch()}>Try again</Button>} />
      ) : null}
      {read.data ? (
        <ul className="narrative">
          {read.data.sentences.map(({ about, text, evidence_id: evidence }) => {
            const href = hrefOf(about, evidence);
            return (
              <li key={about}>
                {text}{" "}
                {href ? <FigureLink href={href}>{about === "previous" ? "That run" : "Evidence"}</FigureLink>
                  : null}
              </li>
            );
          })}
        </ul>
      ) : null}
    </Card>
  );
}
