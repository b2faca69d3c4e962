"use client";

import { useSyncExternalStore } from "react";
import { Banner } from "@/components/ui/banner";
import { Button } from "@/components/ui/button";
import { bytes, percentOf } from "@/components/ui/format";
import { discardUpload, unfinishedIn, unfinishedText, watchUnfinished } from "./resumable";

/** Uploads that broke off in this browser: the same file, chosen again, goes on. */
export function UnfinishedUploads() {
  // The browser's store is not there while the server renders.
  const text = useSyncExternalStore(watchUnfinished, unfinishedText, () => "[]");
  return unfinishedIn(text).map((upload) => (
    <Banner key={upload.uploadId} kind="plain" icon="upload"
      title={`The upload of ${upload.name} was interrupted.`}
      action={(
        <Button small onClick={() => void discardUpload(upload.uploadId)}>Give it up</Button>
      )}>
      {percentOf(upload.sent / upload.size)} of {bytes(upload.size)} had arrived. Choose the same
      file to go on from there.
    </Banner>
  ));
}
