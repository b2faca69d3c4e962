"use client";

import { useEffect, useState } from "react";
import type { DragEvent } from "react";
import { useRouter } from "next/navigation";
import { parseAsString, useQueryStates } from "nuqs";
import { useMe } from "@/components/shell/me";
import { Page } from "@/components/shell/page";
import { Button, ButtonLink } from "@/components/ui/button";
import { Card } from "@/components/ui/card";
import { AlertDialog } from "@/components/ui/dialog";
import { bytes, duration } from "@/components/ui/format";
import { Progress, Stepper } from "@/components/ui/progress";
import { ErrorState, Forbidden } from "@/components/ui/states";
import { ApiError } from "@/lib/client/api";
import { ZIP_TYPE } from "@/lib/contract/tape-types";
import { ImportFile } from "./import-file";
import { UnfinishedUploads } from "./unfinished-uploads";
import type { TapeError } from "./tape-file";
import type { UploadProgress } from "./upload";
import { blockedAt, useImport } from "./use-import";
import type { Import, Step } from "./use-import";
import { useWatchedVersion } from "./use-watched-version";
import { asSentence } from "./words";
import { later } from "@/components/ui/later";

const ImportColumns = later(() => import("./import-columns").then((part) => part.ImportColumns));
const ImportOptions = later(() => import("./import-options").then((part) => part.ImportOptions));
const ImportTables = later(() => import("./import-tables").then((part) => part.ImportTables));
const ImportResult = later(() => import("./import-result").then((part) => part.ImportResult));

const TABLE_STEPS = ["File", "Columns", "Options", "Problems", "Seal"];
const SET_STEPS = ["File", "Tables", "Options", "Problems", "Seal"];
const JSON_STEPS = ["File", "Options", "Problems", "Seal"];
const STEPS = { table: TABLE_STEPS, set: SET_STEPS, json: JSON_STEPS };
const BELOW_STEPS = { marginBottom: "var(--s-4)" };
const CRUMBS = [{ label: "Datasets", href: "/datasets" }, { label: "Import" }];

const FAILED: Record<string, string> = {
  MAPPING_REQUIRED: "A column is missing in the mapping",
  FILE_UNREADABLE: "The file cannot be read",
  PAYLOAD_TOO_LARGE: "The file is too large",
  MEDIA_TYPE_UNSUPPORTED: "This kind of file is not read here",
  REQUEST_BODY_INVALID: "The JSON does not have the shape of a tape",
  PARAMETERS_INVALID: "An option was not accepted",
  KILL_SWITCH_ACTIVE: "The kill switch stops imports",
  DATABASE_UNAVAILABLE: "The database did not answer",
  STORAGE_FULL: "There is no space left for the upload",
  NETWORK: "The connection was lost",
  AUTH_REQUIRED: "The session has ended",
};

const ADVICE: Record<string, string> = {
  AUTH_REQUIRED: "Sign in again in another tab, then press Import once more.",
  DATABASE_UNAVAILABLE: "Nothing was stored. Your choices are kept. Try again.",
  KILL_SWITCH_ACTIVE: "Wait until an administrator switches it off, then try again.",
};

function Failure({ error }: { error: TapeError }) {
  const code = error instanceof ApiError ? error.code : "";
  const requestId = error instanceof ApiError && error.status >= 500 ? error.requestId : null;
  const details = error instanceof ApiError && code !== "MAPPING_REQUIRED"
    ? error.errors.slice(0, 5).map((entry) => `${entry.path}: ${entry.message}`) : [];
  return (
    <ErrorState
      what={FAILED[code] ?? (error instanceof ApiError ? "The import was refused"
        : "This tape cannot be used")}
      safe={details.length > 1 ? asSentence(details.join("; "))
        // Our own words are sentences already, and may begin with the name of a file.
        : error instanceof ApiError ? asSentence(error.message) : error.message}
      todo={ADVICE[code] ?? "Nothing was stored. Your choices are kept."}
      requestId={requestId}
    />
  );
}

/** Asks before a click or a closed tab throws an upload away. */
function useLeaveGuard(active: boolean) {
  const [target, setTarget] = useState<string | null>(null);
  useEffect(() => {
    if (!active) return;
    const unload = (event: BeforeUnloadEvent) => event.preventDefault();
    const click = (event: MouseEvent) => {
      const link = event.target instanceof Element ? event.target.closest("a[href]") : null;
      const href = link?.getAttribute("href") ?? "";
      const away = href.startsWith("/") && !event.ctrlKey && !event.metaKey && event.button === 0;
      if (!away) return;
      event.preventDefault();
      event.stopPropagation();
      setTarget(href);
    };
    window.addEventListener("beforeunload", unload);
    document.addEventListener("click", click, true);
    return () => {
      window.removeEventListener("beforeunload", unload);
      document.removeEventListener("click", click, true);
    };
  }, [active]);
  return { target: active ? target : null, clear: () => setTarget(null) };
}

function Uploading({ upload, onCancel }: { upload: UploadProgress; onCancel: () => void }) {
  const { sent, total, elapsedMs, from = 0, isWaiting = false } = upload;
  const share = total > 0 ? Math.min(1, sent / total) : null;
  const isSent = share === 1;
  const rate = elapsedMs > 400 && sent > from && !isWaiting
    ? (sent - from) / (elapsedMs / 1000) : null;
  const leftMs = rate && share !== null && !isSent ? ((total - sent) / rate) * 1000 : null;
  const note = [`${bytes(sent)} of ${bytes(total)}`, rate && !isSent ? `${bytes(rate)}/s` : null,
    leftMs === null ? null : `${duration(Math.ceil(leftMs / 1000) * 1000)} left`]
    .filter(Boolean).join(", ");
  return (
    <Card id="uploading" title={isSent ? "The file has arrived and is being read"
      : isWaiting ? "The connection is gone; trying again" : "Uploading"}
      sub={isSent ? "Waiting for the first rows" : isWaiting
        ? "What has arrived is kept, and the upload goes on by itself"
        : "Keep this page open until the file has arrived"}
      action={isSent ? undefined : <Button small icon="x" onClick={onCancel}>Cancel</Button>}>
      <Progress label={isSent ? "Reading rows" : "Uploading"} share={isSent ? null : share} shown
        note={note} />
    </Card>
  );
}

function stepsOf(flow: Import): Step[] {
  return flow.tape?.kind === "json" ? ["file", "options"] : ["file", "columns", "options"];
}

function Actions({ flow, cancelHref }: { flow: Import; cancelHref: string }) {
  const steps = stepsOf(flow);
  const place = steps.indexOf(flow.step);
  const before = steps[place - 1];
  const next = steps[place + 1];
  const blocked = blockedAt(flow);
  const label = next === "columns"
    ? flow.tape?.kind === "set" ? "Continue to tables" : "Continue to columns" : next ? "Continue to options"
    : "Import and seal";
  return (
    <>
      {blocked ? <span className="hint" aria-hidden="true">{blocked}</span> : null}
      <ButtonLink kind="quiet" href={cancelHref}>Cancel import</ButtonLink>
      {before ? <Button onClick={() => flow.setStep(before)}>Back</Button> : null}
      <Button
        kind="primary"
        iconEnd={next ? "right" : undefined}
        icon={next ? undefined : "seal"}
        disabledReason={blocked}
        onClick={() => (next ? flow.setStep(next) : void flow.start())}
      >
        {label}
      </Button>
    </>
  );
}

function StepBody({ flow }: { flow: Import }) {
  const { tape, step } = flow;
  if (step === "columns" && tape?.kind === "table") {
    return <ImportColumns flow={flow} preview={tape.preview} />;
  }
  if (step === "columns" && tape?.kind === "set") return <ImportTables flow={flow} tape={tape} />;
  if (step === "options" && tape) return <ImportOptions flow={flow} tape={tape} />;
  return <>{tape ? null : <UnfinishedUploads />}<ImportFile flow={flow} /></>;
}

function subOf(flow: Import) {
  if (!flow.tape) return "A CSV, XLSX, Parquet or JSON tape, or the tables of one, becomes a sealed version of a dataset.";
  return `${flow.tape.name}, ${bytes(flow.tape.body.size)}`;
}

/** Chooses a tape, maps it, uploads it. */
function Wizard({ datasetId, onVersion }: {
  datasetId: string | null; onVersion: (id: string) => void;
}) {
  const router = useRouter();
  const flow = useImport(datasetId, onVersion);
  const guard = useLeaveGuard(flow.upload !== null);
  const steps = STEPS[flow.tape?.kind ?? "table"];
  const place = flow.upload ? steps.length - 2 : stepsOf(flow).indexOf(flow.step);
  const { failure, upload } = flow;
  function drop(event: DragEvent) {
    event.preventDefault();
    if (!upload) void flow.choose([...event.dataTransfer.files]);
  }
  return (
    <div onDragOver={(event) => event.preventDefault()} onDrop={drop}>
      <Page
        title="Import a loan tape"
        crumbs={CRUMBS}
        sub={subOf(flow)}
        actions={upload ? undefined : (
          <Actions flow={flow}
            cancelHref={datasetId ? `/datasets/${datasetId}` : "/datasets"} />
        )}
      >
        <div className="stack">
          <div style={BELOW_STEPS}><Stepper steps={steps} current={place} /></div>
          {failure && failure.step === flow.step && !upload
            ? <Failure error={failure.error} /> : null}
          {upload ? <Uploading upload={upload} onCancel={flow.cancel} />
            : <StepBody flow={flow} />}
        </div>
      </Page>
      <AlertDialog
        open={guard.target !== null}
        onOpenChange={guard.clear}
        title="Leave and cancel the upload?"
        confirmLabel="Leave"
        cancelLabel="Stay"
        danger
        onConfirm={() => {
          const href = guard.target;
          flow.cancel();
          guard.clear();
          if (href) router.push(href);
        }}
      >
        <p>The file has not arrived yet, so nothing of it would be kept.</p>
      </AlertDialog>
    </div>
  );
}

function Follow({ versionId, onAgain }: { versionId: string; onAgain: () => void }) {
  const query = useWatchedVersion(versionId);
  const version = query.data;
  const sealed = version?.status === "sealed";
  const crumbs = version ? [
    { label: "Datasets", href: "/datasets" },
    { label: version.dataset_name, href: `/datasets/${version.dataset_id}` },
    { label: `Import version ${version.number}` },
  ] : CRUMBS;
  const type = version?.source.media_type;
  const steps = type === "application/json" ? JSON_STEPS
    : type === ZIP_TYPE ? SET_STEPS : TABLE_STEPS;
  const name = version?.source.name;
  return (
    <Page
      title="Import a loan tape"
      crumbs={crumbs}
      sub={version ? (
        <>
          {name ? `${name}, ` : null}{bytes(version.source.bytes)}
          {version.source.sha256 ? <>, sha256 <span className="mono">
            {version.source.sha256.slice(0, 12)}</span></> : null}
        </>
      ) : undefined}
    >
      <div className="stack">
        <div style={BELOW_STEPS}>
          <Stepper steps={steps}
            current={steps.length - (sealed ? 0 : 2)} />
        </div>
        <ImportResult query={query} onAgain={onAgain} />
      </div>
    </Page>
  );
}

/** The import: a file becomes a sealed version. The version's id in the URL survives a reload. */
export function ImportWizard() {
  const me = useMe();
  const [url, setUrl] = useQueryStates({ dataset: parseAsString, import: parseAsString });
  const [round, setRound] = useState(0);
  if (url.import !== null) {
    return (
      <Follow
        versionId={url.import}
        onAgain={() => {
          setRound(round + 1);
          void setUrl({ import: null });
        }}
      />
    );
  }
  if (!me.can("INGEST")) {
    return <Page title="Import a loan tape" crumbs={CRUMBS}><Forbidden role="Ingest" /></Page>;
  }
  return (
    <Wizard key={round} datasetId={url.dataset}
      onVersion={(id) => void setUrl({ import: id })} />
  );
}
