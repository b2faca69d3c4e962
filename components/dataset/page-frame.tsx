"use client";

import type { ReactNode } from "react";
import { Suspense, useSyncExternalStore } from "react";
import { Page } from "@/components/shell/page";
import { SkeletonStack } from "@/components/ui/states";

const never = () => () => undefined;

/** False on the server and while its page is taken over, true ever after. */
const useHydrated = (): boolean => useSyncExternalStore(never, () => true, () => false);

/**
 * Shows a page once the browser has taken over. The frame around it may hold answers by then that
 * the server did not have, and the first picture must be the server's.
 */
export function PageFrame({ title, children }: { title: string; children: ReactNode }) {
  const hydrated = useHydrated();
  const waiting = <Page title={title}><SkeletonStack lines={8} label={`Loading ${title}`} /></Page>;
  return <Suspense fallback={waiting}>{hydrated ? children : waiting}</Suspense>;
}
