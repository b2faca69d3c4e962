"use client";

import type { ReactNode } from "react";
import { Refusal } from "@/components/dataset/refusal";
import { Button } from "@/components/ui/button";
import { Card } from "@/components/ui/card";
import { duration } from "@/components/ui/format";
import { Progress } from "@/components/ui/progress";
import { EmptyState, Forbidden, SkeletonStack } from "@/components/ui/states";
import type { Analysis, AnalysisName } from "./use-analysis";

/** What stands where an analysis will be: progress, refusal, or what to do first. */
export function AnalysisState<N extends AnalysisName>({ analysis, what, idle, children }: {
  analysis: Analysis<N>;
  /** "The simulation" */
  what: string;
  /** Shown before anything was asked. */
  idle: { title: string; text: string };
  /** The answer. */
  children: ReactNode;
}) {
  const { mayAsk, data, error, isRunning, isCancelled, seconds, start, cancel } = analysis;
  if (!mayAsk) return <Card id="analysis" title={what}><Forbidden role="Execute" /></Card>;
  const progress = isRunning ? (
    <div className="card ana-progress">
      <Progress label={`${what} is under way`} share={null} shown
        note={seconds > 0 ? duration(seconds * 1000) : null} />
      <Button small icon="x" onClick={cancel}>Cancel</Button>
    </div>
  ) : null;
  if (data) return <>{progress}{children}</>;
  if (progress) {
    return (
      <>
        {progress}
        <Card id="analysis" title={what}><SkeletonStack lines={8} label={`${what} is coming`} /></Card>
      </>
    );
  }
  if (error && !isCancelled) {
    return <Refusal error={error} role="Execute" what={`${what} did not succeed.`}
      onRetry={start} />;
  }
  return (
    <Card id="analysis" title={what}>
      <EmptyState icon="ana" title={isCancelled ? `${what} was cancelled` : idle.title}
        action={<Button kind="primary" icon="run" onClick={start}>
          {isCancelled ? "Start again" : "Start"}</Button>}>
        {isCancelled ? "Nothing of it is kept." : idle.text}
      </EmptyState>
    </Card>
  );
}
