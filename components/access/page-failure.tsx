"use client";

import { Button, ButtonLink } from "@/components/ui/button";
import { ErrorState } from "@/components/ui/states";

export interface PageFailureProps {
  error: unknown;
  retry: () => void;
}

/** The server's name for what it logged; errors of the browser have none. */
function digestOf(error: unknown): string | null {
  const digest = error instanceof Error && "digest" in error ? error.digest : null;
  return typeof digest === "string" ? digest : null;
}

export function PageFailure({ error, retry }: PageFailureProps) {
  return (
    <main className="page" id="main" tabIndex={-1}>
      <div className="page-head"><h1>This page could not be shown</h1></div>
      <div className="page-failure">
        <ErrorState
          what="Something went wrong while the page was put together."
          safe="Nothing that was recorded has changed."
          todo="Try again."
          requestId={digestOf(error)}
          action={(
            <>
              <Button kind="primary" icon="refresh" onClick={retry}>Try again</Button>
              <ButtonLink href="/">Go to the overview</ButtonLink>
            </>
          )}
        />
      </div>
    </main>
  );
}
