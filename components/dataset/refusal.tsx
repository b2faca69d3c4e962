"use client";

import type { ReactNode } from "react";
import { Button, ButtonLink } from "@/components/ui/button";
import { EmptyState, ErrorState, Forbidden } from "@/components/ui/states";
import type { ApiError } from "@/lib/client/api";

export interface RefusalProps {
  error: ApiError;
  /** What is missing now: "The runs are not shown." */
  what: string;
  /** The role the operation needs. */
  role?: string;
  onRetry?: () => void;
  action?: ReactNode;
}

const ADVICE: Record<string, string> = {
  NETWORK: "The server did not answer. Check the connection, then try again.",
  DATABASE_UNAVAILABLE: "The database did not answer. Nothing is lost. Try again.",
  AUTH_REQUIRED: "The session has ended. Sign in again in another tab, then try again.",
  RATE_LIMITED: "Too many requests at once. Wait a moment, then try again.",
};

/** A refusal in place of the part that failed: what failed, why, what to do. */
export function Refusal({ error, what, role = "Read", onRetry, action }: RefusalProps) {
  if (error.status === 403) return <Forbidden role={role} />;
  if (error.status === 404) {
    return (
      <EmptyState icon="search" title={error.message.replace(/\.$/, "")}
        action={action ?? <ButtonLink href="/datasets">All datasets</ButtonLink>}>
        Nothing has this id. Check that the address is complete.
      </EmptyState>
    );
  }
  const retry = onRetry ? <Button small onClick={onRetry}>Try again</Button> : null;
  const isPassing = error.status === 0 || error.status >= 500;
  return (
    <ErrorState
      what={what}
      todo={ADVICE[error.code] ?? error.message}
      requestId={error.requestId}
      action={isPassing ? retry ?? action : action ?? retry}
    />
  );
}
