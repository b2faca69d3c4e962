import type { Metadata } from "next";
import { Suspense } from "react";
import { NeedsRole } from "@/components/shell/needs-role";
import { RecordTrace } from "@/components/trace/record-trace";

export const metadata: Metadata = { title: "Trace of a row · TodiScope" };

type Params = { params: Promise<{ version: string; record: string }> };

export default async function RecordTracePage({ params }: Params) {
  const { version, record } = await params;
  return (
    <Suspense>
      <NeedsRole role="READ" title="Trace of a row">
        <RecordTrace versionId={version} recordId={record} />
      </NeedsRole>
    </Suspense>
  );
}
