"use client";

import type { ReactNode } from "react";
import { Button, ButtonLink } from "@/components/ui/button";
import { EmptyState, ErrorState, Forbidden } from "@/components/ui/states";
import type { ApiError } from "@/lib/client/api";

interface RefusalProps {
  error: ApiError;
  /** "The run", "This evidence": begins the sentence. */
  subject: string;
  /** Where the list of such things is. */
  back: { href: string; label: string };
  onRetry: () => void;
  /** What can still be had where the content was erased. */
  remains?: ReactNode;
}

const isUnknown = (error: ApiError): boolean =>
  error.status === 404 || error.code.endsWith("_ID_INVALID");

/** Why a part of a page has nothing to show, and what to do next. */
export function Refusal({ error, subject, back, onRetry, remains }: RefusalProps) {
  const away = <ButtonLink href={back.href}>{back.label}</ButtonLink>;
  if (error.status === 403) return <Forbidden role="Read" />;
  if (error.status === 410) return <Erased subject={subject} action={<>{remains}{away}</>} />;
  if (isUnknown(error)) {
    return (
      <EmptyState icon="search" title={`${subject} does not exist`} action={away}>
        No record has this id. Check that the address is complete.
      </EmptyState>
    );
  }
  return (
    <ErrorState
      what={error.message}
      safe="What is recorded is safe."
      todo="Try again."
      requestId={error.requestId}
      action={<Button icon="refresh" onClick={onRetry}>Try again</Button>}
    />
  );
}

function Erased({ subject, action }: { subject: string; action: ReactNode }) {
  return (
    <EmptyState icon="trash" title={`${subject} belongs to an erased version`} action={action}>
      Records and figures of this dataset version were erased on request. Their hashes and a note of
      who erased them and why stay with the version.
    </EmptyState>
  );
}
