"use client";

import { useState } from "react";
import {
  FLAG_READINGS, FlagDialog, type FlagChange,
} from "@/components/operations/flag-dialog";
import { flagWords, ORIGIN_NAMES, type FeatureFlag } from "@/components/operations/control-words";
import { roleReason, useMe } from "@/components/shell/me";
import { Button } from "@/components/ui/button";
import { Card } from "@/components/ui/card";
import { time } from "@/components/ui/format";
import { ErrorState, SkeletonStack } from "@/components/ui/states";
import { useOperation } from "@/lib/client/hooks";

function Origin({ flag }: { flag: FeatureFlag }) {
  const { origin, updated_by: by, updated_at: at, stored, default: byDefault } = flag;
  return (
    <>
      {ORIGIN_NAMES[origin]}
      {origin === "environment" && stored !== null
        ? `. Stored, without effect: ${flagWords(stored)}` : null}
      {origin === "stored" && at
        ? ` by ${by ?? "?"}, ${time(at)}. Default: ${flagWords(byDefault)}` : null}
    </>
  );
}

type ActionsProps = {
  flag: FeatureFlag; disabled: string | null; onChange: (change: FlagChange) => void;
};

function Actions({ flag, disabled, onChange }: ActionsProps) {
  const held = flag.origin === "environment"
    ? `The environment of this server sets ${flag.flag}. Change it there and restart.` : null;
  const reason = disabled ?? held;
  return (
    <span className="row wrap">
      {flag.stored !== null && !held ? (
        <Button small disabledReason={disabled} aria-label={`Use default of ${flag.flag}`}
          onClick={() => onChange({ flag, kind: "reset" })}>Use default</Button>
      ) : null}
      {flag.type === "number" ? (
        <Button small disabledReason={reason} aria-label={`Set ${flag.flag}`}
          onClick={() => onChange({ flag, kind: "set" })}>Set</Button>
      ) : (
        <Button small disabledReason={reason}
          aria-label={`Switch ${flag.value ? "off" : "on"} ${flag.flag}`}
          onClick={() => onChange({ flag, kind: flag.value ? "disable" : "enable" })}>
          {flag.value ? "Switch off" : "Switch on"}
        </Button>
      )}
    </span>
  );
}

function FlagRow({ flag, disabled, onChange }: ActionsProps) {
  return (
    <li className="control">
      <div>
        <div className="t mono">{flag.flag}</div>
        <div className="d">{flag.description}</div>
      </div>
      <div>
        <div className="t">{flagWords(flag.value)}</div>
        <div className="d wrap-any"><Origin flag={flag} /></div>
      </div>
      <Actions flag={flag} disabled={disabled} onChange={onChange} />
    </li>
  );
}

export function FlagsCard() {
  const me = useMe();
  const [change, setChange] = useState<FlagChange | null>(null);
  const query = useOperation(FLAG_READINGS[0]);
  const disabled = roleReason(me, "ADMIN");
  return (
    <Card id="flags" flush title="Feature flags"
      sub="The environment wins over what is stored here, and that over the default.">
      {query.isPending ? <div className="card-body"><SkeletonStack lines={7} /></div> : null}
      {query.error ? (
        <ErrorState what="The feature flags are not shown." todo={query.error.message}
          requestId={query.error.requestId}
          action={<Button onClick={() => void query.refetch()}>Try again</Button>} />
      ) : null}
      <ul className="list controls" aria-label="Feature flags">
        {query.data?.items.map((flag) => (
          <FlagRow key={flag.flag} flag={flag} disabled={disabled} onChange={setChange} />
        ))}
      </ul>
      {change ? <FlagDialog change={change} onClose={() => setChange(null)} /> : null}
    </Card>
  );
}
