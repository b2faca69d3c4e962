"use client";

import { useState } from "react";
import { refusalWords } from "@/components/access/refusal-words";
import { KILL_SWITCH_READINGS } from "@/components/operations/control-words";
import { AlertDialog } from "@/components/ui/dialog";
import { useToast } from "@/components/ui/toast";
import { useCommand } from "@/lib/client/hooks";

export function HaltDialog({ onClose }: { onClose: () => void }) {
  const toast = useToast();
  const [isDrill, setIsDrill] = useState(false);
  const command = useCommand("activateKillSwitch", KILL_SWITCH_READINGS);
  const confirm = (reason: string) => command.mutate(
    { body: { reason, trigger: isDrill ? "drill" : "manual" } },
    { onSuccess: () => {
      toast.show({ title: "Everything is stopped", state: "warning" });
      onClose();
    } });
  return (
    <AlertDialog
      open
      onOpenChange={(open) => open ? undefined : onClose()}
      title="Stop everything?"
      confirmLabel="Stop everything"
      danger
      reasonLabel="Why"
      reasonHint="Everybody who is refused reads it; it is kept in the history and the audit log."
      busy={command.isPending}
      error={command.error ? refusalWords(command.error) : null}
      onConfirm={confirm}
    >
      <p>
        Runs, imports, approvals and schedules stop in every process within a second. An import
        under way fails and keeps nothing. Reading and exporting go on.
      </p>
      <label className="check">
        <input type="checkbox" checked={isDrill}
          onChange={(event) => setIsDrill(event.target.checked)} />
        <span>This is a drill</span>
      </label>
    </AlertDialog>
  );
}
