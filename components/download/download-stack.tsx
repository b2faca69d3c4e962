"use client";

import { useEffect, useEffectEvent, useState } from "react";
import { useQueryClient } from "@tanstack/react-query";
import { downloadBlob } from "@/components/chart/csv";
import { Button } from "@/components/ui/button";
import { bytes } from "@/components/ui/format";
import { Progress } from "@/components/ui/progress";
import { useToast } from "@/components/ui/toast";
import { ApiError } from "@/lib/client/api";
import { fetchFile, type Received } from "@/lib/client/download";
import type { Asked } from "./downloads";
import { OrderedFiles } from "./ordered-files";
import { noteOrdered, orderedHere, putAway } from "./ordered-here";

/** Files that come sooner show nothing but that they are there. */
const QUICK_MS = 400;
const REDRAW_MS = 250;

type Seen = Received & { seconds: number };
const NOTHING: Seen = { name: null, bytes: 0, total: null, seconds: 0 };

/** "3.4 MB, 1.2 MB/s, 8 s left" */
function progressWords({ bytes: got, total, seconds }: Seen): string | null {
  if (got === 0 || seconds === 0) return null;
  const rate = got / seconds;
  return [bytes(got), `${bytes(rate)}/s`,
    ...(total === null ? [] : [`${Math.ceil((total - got) / rate)} s left`])].join(", ");
}

function Download({ asked, onEnd, onOrdered }: {
  asked: Asked; onEnd: () => void; onOrdered: (id: string) => void;
}) {
  const toast = useToast();
  const [seen, setSeen] = useState(NOTHING);
  const [isLong, setLong] = useState(false);
  const done = useEffectEvent((name: string, blob: Blob) => {
    downloadBlob(name, blob);
    toast.show({ title: `Downloaded ${name}`, description: bytes(blob.size) });
    onEnd();
  });
  const ordered = useEffectEvent((id: string) => {
    onOrdered(id);
    onEnd();
  });
  const failed = useEffectEvent((error: unknown) => {
    const { message, requestId } = error instanceof ApiError ? error
      : { message: "The browser could not keep the file.", requestId: null };
    toast.show({ state: "critical", title: "The file was not downloaded",
      description: requestId === null ? message
        : <>{message} Request id <span className="mono">{requestId}</span></> });
    onEnd();
  });
  useEffect(() => {
    const control = new AbortController();
    const timer = setTimeout(() => setLong(true), QUICK_MS);
    const from = performance.now();
    let drawn = 0;
    fetchFile(asked.href, control.signal, (received) => {
      const now = performance.now();
      if (now - drawn < REDRAW_MS) return;
      drawn = now;
      setSeen({ ...received, seconds: (now - from) / 1000 });
    }).then((got) => "ordered" in got ? ordered(got.ordered)
      : done(asked.name || got.name, got.blob))
      .catch((error: unknown) => { if (!control.signal.aborted) failed(error); });
    return () => {
      clearTimeout(timer);
      control.abort();
    };
  }, [asked]);
  if (!isLong) return null;
  const { name, total } = seen;
  const label = name === null ? "Making the file" : `Downloading ${asked.name || name}`;
  return (
    <div className="download">
      <Progress shown label={label} note={progressWords(seen)}
        share={total === null ? null : seen.bytes / total} />
      <Button small onClick={onEnd}>Cancel</Button>
    </div>
  );
}

/** Leaving the site or loading it anew would end what is fetched, not what is ordered. */
function useWarning(isBusy: boolean): void {
  useEffect(() => {
    if (!isBusy) return;
    const warn = (event: BeforeUnloadEvent) => event.preventDefault();
    window.addEventListener("beforeunload", warn);
    return () => window.removeEventListener("beforeunload", warn);
  }, [isBusy]);
}

/**
 * What is being downloaded or made to be, over every page: going to another one of ours does not
 * end it.
 * @param isReader whether whoever is here may read, and so have ordered files
 */
export function DownloadStack({ asked, isReader, onAsk, onEnd }: {
  asked: readonly Asked[]; isReader: boolean; onAsk: (href: string, name: string) => void;
  onEnd: (id: number) => void;
}) {
  const client = useQueryClient();
  const [here, setHere] = useState(orderedHere);
  const [ordered, setOrdered] = useState<ReadonlySet<string>>(new Set());
  useWarning(asked.length > 0);
  const order = (id: string) => {
    setHere(noteOrdered(id));
    setOrdered((all) => new Set(all).add(id));
    void client.invalidateQueries({ queryKey: ["listExports"] });
  };
  return (
    <div className="downloads" role="region" aria-label="Downloads">
      {asked.map((one) => (
        <Download key={one.id} asked={one} onEnd={() => onEnd(one.id)} onOrdered={order} />
      ))}
      {isReader ? (
        <OrderedFiles here={here} ordered={ordered} onFetch={onAsk}
          onClose={(id) => setHere(putAway(id))} />
      ) : null}
    </div>
  );
}
