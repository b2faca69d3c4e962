"use client";

import { useEffect, useState } from "react";
import { laterOverlay } from "@/components/ui/later";
import { atRest, OVERLAYS } from "@/components/ui/overlays";

/** A file that is asked for; `name` where the link gives it one. */
export type Asked = { id: number; href: string; name: string };

const DownloadStack = laterOverlay(() => OVERLAYS.downloads().then((part) => part.DownloadStack));

/** The file of this server that a plain click on a link asks for. */
function fileOf(event: MouseEvent): HTMLAnchorElement | null {
  const isPlain = event.button === 0 && !event.metaKey && !event.ctrlKey && !event.shiftKey
    && !event.altKey && !event.defaultPrevented;
  const link = event.target instanceof Element
    ? event.target.closest<HTMLAnchorElement>("a[download]") : null;
  const isOurs = link?.origin === window.location.origin && link.pathname.startsWith("/api/");
  return isPlain && isOurs ? link : null;
}

/**
 * Fetches the files that links of any page lead to, where the browser alone would show neither why
 * one is refused nor that one was cut off. Listens behind the page: menus close themselves first.
 * Once the page is at rest, it shows what was ordered before as well.
 */
export function Downloads({ isReader }: { isReader: boolean }) {
  const [asked, setAsked] = useState<readonly Asked[]>([]);
  const [isAtRest, setAtRest] = useState(false);
  const ask = (href: string, name: string) =>
    setAsked((all) => [...all, { id: (all.at(-1)?.id ?? 0) + 1, href, name }]);
  useEffect(() => atRest(() => setAtRest(true)), []);
  useEffect(() => {
    const take = (event: MouseEvent) => {
      const link = fileOf(event);
      if (!link) return;
      event.preventDefault();
      ask(link.href, link.download);
    };
    window.addEventListener("click", take);
    return () => window.removeEventListener("click", take);
  }, []);
  if (!isAtRest && asked.length === 0) return null;
  return <DownloadStack asked={asked} isReader={isReader} onAsk={ask}
    onEnd={(id) => setAsked((all) => all.filter((one) => one.id !== id))} />;
}
