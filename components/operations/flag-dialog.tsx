"use client";

import { useState } from "react";
import { refusalWords } from "@/components/access/refusal-words";
import { flagWords, type FeatureFlag } from "@/components/operations/control-words";
import { AlertDialog } from "@/components/ui/dialog";
import { Field, TextInput } from "@/components/ui/field";
import { useToast } from "@/components/ui/toast";
import { useCommand } from "@/lib/client/hooks";
import { FLAG_NUMBER_LIMIT } from "@/lib/contract/feature-flags";

export type FlagChange = { flag: FeatureFlag; kind: "enable" | "disable" | "set" | "reset" };

export const FLAG_READINGS = ["listFlags"] as const;

const OPERATIONS = {
  enable: "enableFlag", disable: "disableFlag", set: "setFlag", reset: "resetFlag",
} as const;

const titleOf = ({ flag, kind }: FlagChange): string => kind === "enable" ? `Switch ${flag.flag} on?`
  : kind === "disable" ? `Switch ${flag.flag} off?`
    : kind === "set" ? `Set ${flag.flag}?` : `Use the default of ${flag.flag}?`;

const LABELS = { enable: "Switch on", disable: "Switch off", set: "Set", reset: "Use default" };

/** A number as typed: "2500.5"; null when it is none that the flag takes. */
function numberOf(text: string): number | null {
  const value = text.trim() === "" ? Number.NaN : Number(text);
  return Number.isFinite(value) && value >= 0 && value <= FLAG_NUMBER_LIMIT ? value : null;
}

export function FlagDialog({ change, onClose }: { change: FlagChange; onClose: () => void }) {
  const { flag, kind } = change;
  const toast = useToast();
  const [text, setText] = useState(String(flag.value));
  const [isChecked, setIsChecked] = useState(false);
  const command = useCommand(OPERATIONS[kind], FLAG_READINGS);
  const value = numberOf(text);
  const losesPages = flag.flag === "ENABLE_DASHBOARD" && kind === "disable";

  function confirm(reason: string) {
    setIsChecked(true);
    if (kind === "set" && value === null) return;
    command.mutate({ path: { flag: flag.flag }, etag: flag.etag,
      body: { reason, ...(kind === "set" ? { value: value ?? 0 } : {}) } as never },
    { onSuccess: (now) => {
      toast.show({ title: `${now.flag} is ${flagWords(now.value).toLowerCase()}` });
      onClose();
    } });
  }

  return (
    <AlertDialog
      open
      onOpenChange={(open) => open ? undefined : onClose()}
      title={titleOf(change)}
      confirmLabel={LABELS[kind]}
      danger={losesPages}
      reasonLabel="Why"
      reasonHint="It is kept in the audit log."
      busy={command.isPending}
      error={command.error ? refusalWords(command.error) : null}
      onConfirm={confirm}
    >
      <p>{flag.description}</p>
      {losesPages ? (
        <p><b>This page goes too.</b> The way back is the API or the command line, with an
          administrator&apos;s token, or the server&apos;s environment.</p>
      ) : null}
      {kind === "reset" ? <p>The default is: {flagWords(flag.default)}.</p> : null}
      {kind === "set" ? (
        <Field label="Value" error={isChecked && value === null
          ? "A number from 0 on, such as 2500.50." : null}>
          <TextInput value={text} onChange={setText} inputMode="decimal" autoComplete="off" />
        </Field>
      ) : null}
    </AlertDialog>
  );
}
