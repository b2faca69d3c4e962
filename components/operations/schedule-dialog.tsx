"use client";

import { useState } from "react";
import { Button } from "@/components/ui/button";
import { Dialog } from "@/components/ui/dialog";
import { ErrorText, Field, Select, TextInput } from "@/components/ui/field";
import { useToast } from "@/components/ui/toast";
import type { ApiError } from "@/lib/client/api";
import { useCommand, useOperation } from "@/lib/client/hooks";
import {
  REPORT_FORMATS, REPORT_TEMPLATES, type ReportTemplate,
} from "@/lib/contract/facts";
import { SCHEDULED_KINDS, type ScheduledKind } from "@/lib/contract/job";
import { kindName, type Schedule } from "./job-words";

const cronProblem = (error: ApiError | null): string | null =>
  error?.errors.find(({ path }) => path === "cron")?.message ?? null;

type Order = {
  dataset: string; template: ReportTemplate; format: (typeof REPORT_FORMATS)[number];
};
const TEMPLATE_NAMES: Record<ReportTemplate, string> = {
  internal: "Internal, everything", regulator: "For the supervisor", board: "Board one-pager" };
const FORMAT_NAMES = { pdf: "PDF", xlsx: "Excel workbook" } as const;

function ReportFields({ order, onChange }: {
  order: Order; onChange: (order: Order) => void;
}) {
  const datasets = useOperation("listDatasets", { query: { limit: 1000 } });
  return (
    <>
      <Field label="Dataset" hint="The report is that of its latest run.">
        <Select value={order.dataset} placeholder="Choose a dataset"
          options={(datasets.data?.items ?? []).map((one) =>
            ({ value: one.dataset_id, label: one.name }))}
          onChange={(dataset) => onChange({ ...order, dataset })} />
      </Field>
      <Field label="Template">
        <Select value={order.template}
          options={REPORT_TEMPLATES.map((value) => ({ value, label: TEMPLATE_NAMES[value] }))}
          onChange={(value) => onChange({ ...order, template: value as ReportTemplate })} />
      </Field>
      <Field label="File">
        <Select value={order.format}
          options={REPORT_FORMATS.map((value) => ({ value, label: FORMAT_NAMES[value] }))}
          onChange={(value) => onChange({ ...order, format: value as Order["format"] })} />
      </Field>
    </>
  );
}

/** Makes a schedule, or changes when one runs. */
export function ScheduleDialog({ schedule, onClose }: {
  schedule: Schedule | null; onClose: () => void;
}) {
  const toast = useToast();
  const [kind, setKind] = useState<ScheduledKind>(schedule?.kind ?? "verify_evidence");
  const [cron, setCron] = useState(schedule?.cron ?? "0 3 * * *");
  const [report, setReport] = useState<Order>({ dataset: "", template: "internal", format: "pdf" });
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
    } else create.mutate({ body: { kind, cron: cron.trim(),
      ...(kind === "report" && { report: { dataset_id: report.dataset, template: report.template,
        format: report.format } }) } }, saved);
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
            disabledReason={cron.trim() === "" ? "Say when it runs first"
              : schedule === null && kind === "report" && report.dataset === ""
                ? "Choose a dataset first" : null}>
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
            <Select value={kind} onChange={(value) => setKind(value as ScheduledKind)}
              options={SCHEDULED_KINDS.map((value) => ({ value, label: kindName(value) }))} />
          </Field>
        )}
        {schedule === null && kind === "report"
          ? <ReportFields order={report} onChange={setReport} /> : null}
        <Field label="When, in UTC" error={cronProblem(error)}
          hint="Minute, hour, day of the month, month, day of the week: 0 3 * * * is daily at 03:00.">
          <TextInput value={cron} onChange={setCron} maxLength={100} autoComplete="off" autoFocus />
        </Field>
        {error && cronProblem(error) === null ? <ErrorText>{error.message}</ErrorText> : null}
      </form>
    </Dialog>
  );
}
