"use client";

import { useMemo, useState } from "react";
import { roleReason, useMe, type Me } from "@/components/shell/me";
import { DataTable, type DataColumn } from "@/components/table/data-table";
import { Button } from "@/components/ui/button";
import { Card } from "@/components/ui/card";
import { AlertDialog } from "@/components/ui/dialog";
import { time } from "@/components/ui/format";
import { Na } from "@/components/ui/na";
import { Switch } from "@/components/ui/segmented";
import { EmptyState, ErrorState } from "@/components/ui/states";
import { useToast } from "@/components/ui/toast";
import { useCommand, useOperation } from "@/lib/client/hooks";
import { kindName, type Schedule } from "./job-words";
import { ScheduleDialog } from "./schedule-dialog";

type Acts = {
  onEdit: (schedule: Schedule) => void; onDelete: (schedule: Schedule) => void;
  onSwitch: (schedule: Schedule, enabled: boolean) => void; onRun: (schedule: Schedule) => void;
};

const nameOf = (schedule: Schedule): string => `${kindName(schedule.kind)}, ${schedule.cron}`;

function scheduleColumns(me: Me, acts: Acts): DataColumn<Schedule>[] {
  const reason = roleReason(me, "ADMIN");
  return [
    { id: "kind", header: "Job", fixed: true, cell: (schedule) => kindName(schedule.kind) },
    { id: "cron", header: "When (UTC)", mono: true, cell: (schedule) => schedule.cron },
    { id: "next", header: "Next run", cell: (schedule) => schedule.next_run_at
      ? time(schedule.next_run_at) : <Na reason="It is switched off." /> },
    { id: "last", header: "Last run", cell: (schedule) => schedule.last_run_at
      ? time(schedule.last_run_at) : <Na reason="It has not run yet." /> },
    { id: "on", header: "On", cell: (schedule) => (
      <Switch label={`${nameOf(schedule)} on`} checked={schedule.enabled}
        disabled={reason !== null} onChange={(enabled) => acts.onSwitch(schedule, enabled)} />
    ) },
    { id: "actions", header: <span className="vh">Actions</span>, name: "Actions", fixed: true,
      className: "actions", cell: (schedule) => (
        <span className="row nowrap">
          <Button small icon="run" disabledReason={reason} onClick={() => acts.onRun(schedule)}
            aria-label={`Run now: ${nameOf(schedule)}`}>Run now</Button>
          <Button small disabledReason={reason} onClick={() => acts.onEdit(schedule)}
            aria-label={`Edit ${nameOf(schedule)}`}>Edit</Button>
          <Button small kind="danger" disabledReason={reason}
            onClick={() => acts.onDelete(schedule)}
            aria-label={`Delete ${nameOf(schedule)}`}>Delete</Button>
        </span>
      ) },
  ];
}

function DeleteSchedule({ schedule, onClose }: { schedule: Schedule; onClose: () => void }) {
  const command = useCommand("deleteSchedule", ["listSchedules"]);
  return (
    <AlertDialog open onOpenChange={(open) => open ? undefined : onClose()} danger
      title={`Delete the schedule ${nameOf(schedule)}?`} confirmLabel="Delete schedule"
      busy={command.isPending} error={command.error?.message}
      onConfirm={() => command.mutate({ path: { id: schedule.schedule_id } },
        { onSuccess: onClose })}>
      It starts nothing more. Jobs that it started stay.
    </AlertDialog>
  );
}

function useActs() {
  const toast = useToast();
  const update = useCommand("updateSchedule", ["listSchedules"]);
  const start = useCommand("startJob", ["listJobs"]);
  const refused = (error: Error) => toast.show(
    { state: "critical", title: "Nothing was changed", description: error.message });
  return {
    onSwitch: (schedule: Schedule, enabled: boolean) => update.mutate(
      { path: { id: schedule.schedule_id }, etag: schedule.etag, body: { enabled } },
      { onError: refused }),
    onRun: (schedule: Schedule) => start.mutate({ body: { kind: schedule.kind,
      ...(schedule.report && { report: schedule.report }) } }, {
      onSuccess: () => toast.show({ title: `${kindName(schedule.kind)} is started` }),
      onError: refused }),
  };
}

/** What starts by itself, and when next. */
export function SchedulesCard() {
  const me = useMe();
  const list = useOperation("listSchedules", { query: { limit: 200 } }, { refetchInterval: 10_000 });
  const [edited, setEdited] = useState<Schedule | "new" | null>(null);
  const [deleted, setDeleted] = useState<Schedule | null>(null);
  const { onSwitch, onRun } = useActs();
  const columns = useMemo(() => scheduleColumns(me,
    { onEdit: setEdited, onDelete: setDeleted, onSwitch, onRun }), [me, onSwitch, onRun]);
  return (
    <Card id="schedules" flush title="Schedules"
      sub="What was missed while nothing ran starts once. The kill switch stops schedules."
      action={(
        <Button icon="plus" disabledReason={roleReason(me, "ADMIN")}
          onClick={() => setEdited("new")}>
          Add schedule
        </Button>
      )}>
      <DataTable
        label="Schedule table"
        density="tall"
        rows={list.data?.items ?? []}
        columns={columns}
        rowId={(schedule) => schedule.schedule_id}
        loading={list.isPending}
        error={list.error ? (
          <ErrorState what="The schedules are not shown." todo={list.error.message}
            action={<Button onClick={() => void list.refetch()}>Try again</Button>} />
        ) : undefined}
        empty={<EmptyState icon="clock" title="Nothing starts by itself" />}
      />
      {edited ? (
        <ScheduleDialog schedule={edited === "new" ? null : edited}
          onClose={() => setEdited(null)} />
      ) : null}
      {deleted ? <DeleteSchedule schedule={deleted} onClose={() => setDeleted(null)} /> : null}
    </Card>
  );
}
