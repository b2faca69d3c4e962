"use client";

import { useState } from "react";
import { Button } from "@/components/ui/button";
import { Dialog } from "@/components/ui/dialog";
import { ErrorText, Field, Select, TextInput } from "@/components/ui/field";
import { useToast } from "@/components/ui/toast";
import type { ApiError } from "@/lib/client/api";
import { useCommand } from "@/lib/client/hooks";
import { FREE_KINDS, type FreeKind } from "@/lib/contract/job";
import { kindName, type Schedule } from "./job-words";

const cronProblem = (error: ApiError | null): string | null =>
  error?.errors.find(({ path }) => path === "cron")?.message ?? null;

/** Makes a schedule, or changes when one runs. */
export function ScheduleDialog({ schedule, onClose }: {
  schedule: Schedule | null; onClose: () => void;
}) {
  const toast = useToast();
  const [kind, setKind] = useState<FreeKind>(schedule?.kind ?? "verify_evidence");
  const [cron, setCron] = useState(schedule?.cron ?? "0 3 * * *");
  const create = useCommand("createSchedule", ["listSchedules"]);
  const update = useCommand("updateSchedule", ["listSchedules"]);
  const { error, isPending } = schedule ? update : create;
  const saved = { onSuccess: () => {
    toast.show({ title: `${kindName(kind)} is scheduled` });
    onClose();
  } };
  const save = () => {
    if (schedule) {
      update.mutate({ path: { id: schedule.schedule_id }, etag: schedule.etag,
        body: { cron: cron.trim() } }, saved);
    } else create.mutate({ body: { kind, cron: cron.trim() } }, saved);
  };
  return (
    <Dialog
      open
      onOpenChange={(open) => open ? undefined : onClose()}
      title={schedule ? `When to ${kindName(kind).toLowerCase()}` : "Add a schedule"}
      size="narrow"
      foot={(
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button kind="primary" type="submit" form="schedule" busy={isPending}
            disabledReason={cron.trim() === "" ? "Say when it runs first" : null}>
            Save
          </Button>
        </>
      )}
    >
      <form id="schedule" className="stack" onSubmit={(event) => {
        event.preventDefault();
        save();
      }}>
        {schedule ? null : (
          <Field label="Job">
            <Select value={kind} onChange={(value) => setKind(value as FreeKind)}
              options={FREE_KINDS.map((value) => ({ value, label: kindName(value) }))} />
          </Field>
        )}
        <Field label="When, in UTC" error={cronProblem(error)}
          hint="Minute, hour, day of the month, month, day of the week: 0 3 * * * is daily at 03:00.">
          <TextInput value={cron} onChange={setCron} maxLength={100} autoComplete="off" autoFocus />
        </Field>
        {error && cronProblem(error) === null ? <ErrorText>{error.message}</ErrorText> : null}
      </form>
    </Dialog>
  );
}
