"use client";

import { useState } from "react";
import {
  SOURCE_NAMES, TRIGGER_NAMES, type KillSwitchState,
} from "@/components/operations/control-words";
import { HaltDialog } from "@/components/operations/halt-dialog";
import { ResumeDialog } from "@/components/operations/resume-dialog";
import { roleReason, useMe } from "@/components/shell/me";
import { Badge, StateText } from "@/components/ui/badge";
import { Button } from "@/components/ui/button";
import { Card } from "@/components/ui/card";
import { time } from "@/components/ui/format";
import { ErrorState, SkeletonStack } from "@/components/ui/states";
import { useOperation } from "@/lib/client/hooks";

const LOOK_MS = 3000;

function Source({ source }: { source: KillSwitchState["sources"][number] }) {
  const { enabled, known, reason, since } = source;
  const name = SOURCE_NAMES[source.source];
  const words = enabled
    ? `${since ? `Since ${time(since)}: ` : ""}${reason ?? "No reason given."}`
    : known ? "Does not halt." : "The database does not answer: not known.";
  return (
    <li>
      <StateText state={enabled ? "critical" : known ? "normal" : "unknown"} iconOnly>
        {enabled ? "Halts" : known ? "Does not halt" : "Not known"}
      </StateText>
      <div><div className="t">{name}</div><div className="d wrap-any">{words}</div></div>
    </li>
  );
}

function Elsewhere({ held }: { held: KillSwitchState["elsewhere"][number] }) {
  return (
    <li>
      <StateText state="warning" iconOnly>Halts elsewhere</StateText>
      <div>
        <div className="t">{SOURCE_NAMES[held.source]}, on another server</div>
        <div className="d wrap-any">{held.holder}, since {time(held.since)}: {held.reason}</div>
      </div>
    </li>
  );
}

/** In one sentence: what the state means for whoever works now. */
function stateWords(state: KillSwitchState): string {
  if (!state.enabled) return "Runs, imports, approvals and schedules may go on.";
  const by = state.activated_by ? ` by ${state.activated_by}` : "";
  const since = state.activated_at ? ` since ${time(state.activated_at)}` : "";
  const trigger = state.trigger && state.trigger !== "manual"
    ? ` (${TRIGGER_NAMES[state.trigger].toLowerCase()})` : "";
  return `Runs, imports, approvals and schedules are stopped${since}${by}${trigger}. ` +
    "Reading and exporting go on.";
}

type Asking = "halt" | "resume" | null;

export function KillSwitchCard() {
  const me = useMe();
  const [asking, setAsking] = useState<Asking>(null);
  const query = useOperation("killSwitchStatus", {}, { refetchInterval: LOOK_MS });
  const state = query.data;
  const isHeld = state?.sources.some((each) => each.source === "environment" && each.enabled);
  const disabled = roleReason(me, "ADMIN");
  const resumeReason = disabled ?? (isHeld
    ? "The environment of this server holds it. Unset KILL_SWITCH_ENABLED and restart." : null);
  return (
    <Card
      id="kill-switch"
      flush
      title={(
        <span className="row">
          Kill switch
          {state ? (
            <Badge state={state.enabled ? "critical" : "normal"}>
              {state.enabled ? "On" : "Off"}
            </Badge>
          ) : null}
        </span>
      )}
      sub={state ? stateWords(state) : null}
      action={state ? (
        <span className="row">
          {state.enabled ? (
            <Button kind="primary" disabledReason={resumeReason}
              onClick={() => setAsking("resume")}>Resume</Button>
          ) : (
            <Button kind="danger" icon="stop" disabledReason={disabled}
              onClick={() => setAsking("halt")}>Stop everything</Button>
          )}
        </span>
      ) : null}
    >
      {query.error && !state ? (
        <ErrorState what="The state of the kill switch is not known." todo={query.error.message}
          requestId={query.error.requestId}
          action={<Button onClick={() => void query.refetch()}>Try again</Button>} />
      ) : null}
      {query.isPending ? <div className="card-body"><SkeletonStack lines={3} /></div> : null}
      {state ? (
        <ul className="list controls" aria-label="What can stop everything">
          {state.sources.map((source) => <Source key={source.source} source={source} />)}
          {state.elsewhere.map((held) => (
            <Elsewhere key={`${held.source} ${held.holder}`} held={held} />
          ))}
        </ul>
      ) : null}
      {asking === "halt" ? <HaltDialog onClose={() => setAsking(null)} /> : null}
      {asking === "resume" ? <ResumeDialog onClose={() => setAsking(null)} /> : null}
    </Card>
  );
}
