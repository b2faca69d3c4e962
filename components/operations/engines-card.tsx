"use client";

import { useState } from "react";
import { refusalWords } from "@/components/access/refusal-words";
import { ORIGIN_NAMES, type Engine } from "@/components/operations/control-words";
import { roleReason, useMe } from "@/components/shell/me";
import { StateText } from "@/components/ui/badge";
import { Button } from "@/components/ui/button";
import { Card } from "@/components/ui/card";
import { AlertDialog } from "@/components/ui/dialog";
import { time } from "@/components/ui/format";
import { ErrorState, SkeletonStack } from "@/components/ui/states";
import { useToast } from "@/components/ui/toast";
import { useCommand, useOperation } from "@/lib/client/hooks";

const STATES = {
  enabled: ["normal", "May run"], disabled: ["warning", "Disabled"],
  unknown: ["unknown", "Not in this build"],
} as const;

const HELD = "TODISCOPE_ENABLED_ENGINES does not list it. Add it there and restart the server.";

type RowProps = {
  engine: Engine; disabled: string | null; onChange: (engine: Engine) => void;
};

function EngineRow({ engine, disabled, onChange }: RowProps) {
  const [state, word] = STATES[engine.state];
  const isOn = engine.state === "enabled";
  const change = engine.changed_at
    ? `. Last change: ${engine.reason ?? ""} (${engine.changed_by ?? "?"}, ${time(engine.changed_at)})`
    : "";
  return (
    <li className="control">
      <div>
        <div className="t">
          {engine.title ?? "Unknown engine"}{engine.version ? `, version ${engine.version}` : null}
        </div>
        <div className="d mono wrap-any">{engine.engine_id}</div>
      </div>
      <div>
        <StateText state={state}>{word}</StateText>
        <div className="d wrap-any">{ORIGIN_NAMES[engine.origin]}{change}</div>
      </div>
      {engine.state === "unknown" ? <span /> : (
        <span className="row">
          <Button small kind={isOn ? "danger" : undefined}
            aria-label={`${isOn ? "Disable" : "Enable"} ${engine.title ?? engine.engine_id}`}
            disabledReason={disabled ?? (engine.listed ? null : HELD)}
            onClick={() => onChange(engine)}>
            {isOn ? "Disable" : "Enable"}
          </Button>
        </span>
      )}
    </li>
  );
}

function ChangeEngine({ engine, onClose }: { engine: Engine; onClose: () => void }) {
  const toast = useToast();
  const isOn = engine.state === "enabled";
  const command = useCommand(isOn ? "disableEngine" : "enableEngine", ["listEngines"]);
  const name = engine.title ?? engine.engine_id;
  return (
    <AlertDialog
      open
      onOpenChange={(open) => open ? undefined : onClose()}
      title={isOn ? `Disable ${name}?` : `Enable ${name}?`}
      confirmLabel={isOn ? "Disable engine" : "Enable engine"}
      danger={isOn}
      reasonLabel="Why"
      reasonHint="It is kept in the audit log."
      busy={command.isPending}
      error={command.error ? refusalWords(command.error) : null}
      onConfirm={(reason) => command.mutate(
        { path: { engine_id: engine.engine_id }, etag: engine.etag, body: { reason } },
        { onSuccess: () => {
          toast.show({ title: `${name} is ${isOn ? "disabled" : "enabled"}` });
          onClose();
        } })}
    >
      {isOn ? "Its runs are refused in every process within a second. What is recorded stays."
        : "Its runs are accepted again in every process within a second."}
    </AlertDialog>
  );
}

export function EnginesCard() {
  const me = useMe();
  const [changed, setChanged] = useState<Engine | null>(null);
  const query = useOperation("listEngines");
  const disabled = roleReason(me, "ADMIN");
  return (
    <Card id="engines" flush title="Engines"
      sub="An engine runs when the environment lists it and nobody has disabled it here.">
      {query.isPending ? <div className="card-body"><SkeletonStack lines={2} /></div> : null}
      {query.error ? (
        <ErrorState what="The engines are not shown." todo={query.error.message}
          requestId={query.error.requestId}
          action={<Button onClick={() => void query.refetch()}>Try again</Button>} />
      ) : null}
      <ul className="list controls" aria-label="Engines">
        {query.data?.items.map((engine) => (
          <EngineRow key={engine.engine_id} engine={engine} disabled={disabled}
            onChange={setChanged} />
        ))}
      </ul>
      {changed ? <ChangeEngine engine={changed} onClose={() => setChanged(null)} /> : null}
    </Card>
  );
}
