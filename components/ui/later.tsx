"use client";

import { useState, type ComponentType } from "react";
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

/** The same for what lies over the page or is not always there: nothing stands in its place. */
export const laterOverlay = <P extends object>(
  load: () => Promise<ComponentType<P>>,
): ComponentType<P> => dynamic(load);

/** Whether something was open at any time: once its script is there, closing may take its time. */
export function useEverOpen(isOpen: boolean): boolean {
  const [wasOpen, setWasOpen] = useState(isOpen);
  if (isOpen && !wasOpen) setWasOpen(true);
  return isOpen || wasOpen;
}
