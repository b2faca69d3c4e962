"use client";

import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { useState, type ReactNode } from "react";
import { ApiError } from "./api";

/** Refusals are answers; only a server that could not be reached is asked again. */
const isWorthRetrying = (failures: number, error: Error): boolean =>
  failures < 3 && error instanceof ApiError && (error.status === 0 || error.status === 503);

/** Gives the pages below it one cache of server answers. */
export function ClientProvider({ children }: { children: ReactNode }) {
  const [client] = useState(() => new QueryClient({
    defaultOptions: { queries: { retry: isWorthRetrying, staleTime: 10_000 } },
  }));
  return <QueryClientProvider client={client}>{children}</QueryClientProvider>;
}
