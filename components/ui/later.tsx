"use client";

import { useEffect, useState, type ComponentType } from "react";
import { flushSync } from "react-dom";
import dynamic from "next/dynamic";
import { SkeletonStack } from "@/components/ui/states";

/**
 * A part of a page whose script comes when it is first shown; lines stand there till then. The
 * server does not draw it: what is clicked or typed before the script is there would be lost.
 */
export const later = <P extends object>(
  load: () => Promise<ComponentType<P>>,
): ComponentType<P> => dynamic(load,
  { ssr: false, loading: () => <SkeletonStack lines={6} label="Loading this part of the page" /> });

/**
 * The same for what lies over the page or is not always there: nothing stands in its place. It is
 * drawn at once when its script is there, so that the first key already goes to it: drawn by
 * Suspense, a dialog is seen before it listens.
 */
export function laterOverlay<P extends object>(
  load: () => Promise<ComponentType<P>>,
): ComponentType<P> {
  let known: ComponentType<P> | null = null;
  return function Overlay(props: P) {
    const [Part, setPart] = useState<ComponentType<P> | null>(() => known);
    useEffect(() => {
      if (Part) return;
      load().then((loaded) => {
        known = loaded;
        flushSync(() => setPart(() => loaded));
      }).catch((error: unknown) => setPart(() => { throw error; }));
    }, [Part]);
    return Part ? <Part {...props} /> : null;
  };
}

/** Whether something was open at any time: once its script is there, closing may take its time. */
export function useEverOpen(isOpen: boolean): boolean {
  const [wasOpen, setWasOpen] = useState(isOpen);
  if (isOpen && !wasOpen) setWasOpen(true);
  return isOpen || wasOpen;
}
