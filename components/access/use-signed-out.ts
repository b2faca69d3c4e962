"use client";

import { useEffect, useState } from "react";
import { useQueryClient } from "@tanstack/react-query";
import { ApiError } from "@/lib/client/api";

export interface SignedOut {
  isSignedOut: boolean;
  /** The dialog is over the page. */
  isAsking: boolean;
  setAsking: (isAsking: boolean) => void;
  /** Somebody signed in again. */
  end: () => void;
}

const SIGNED_IN = { isSignedOut: false, isAsking: false };
const ASKING = { isSignedOut: true, isAsking: true };

const isEnd = (error: unknown): boolean =>
  error instanceof ApiError && error.status === 401;
/** A wrong current password is answered with 401 as well, but the session lives on. */
const isEndOfCommand = (error: unknown): boolean =>
  isEnd(error) && (error as ApiError).code === "AUTH_REQUIRED";

/** Notices from any answer of the server that the session has ended. */
export function useSignedOut(): SignedOut {
  const client = useQueryClient();
  const [state, setState] = useState(SIGNED_IN);
  useEffect(() => {
    const offQueries = client.getQueryCache().subscribe((event) => {
      if (event.type !== "updated" || event.action.type !== "error") return;
      if (!isEnd(event.action.error)) return;
      // Asked once; a reading that is repeated in the background must not ask again.
      setState((before) => before.isSignedOut ? before : ASKING);
    });
    const offCommands = client.getMutationCache().subscribe((event) => {
      if (event.type !== "updated" || event.action.type !== "error") return;
      if (isEndOfCommand(event.action.error)) setState(ASKING);
    });
    return () => {
      offQueries();
      offCommands();
    };
  }, [client]);
  return {
    ...state,
    setAsking: (isAsking) => setState((before) => ({ ...before, isAsking })),
    end: () => setState(SIGNED_IN),
  };
}
