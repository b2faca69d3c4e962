"use client";

import { useEffect, useRef } from "react";
import type { ReactNode } from "react";
import { Tabs as Radix } from "radix-ui";

export interface Tab {
  value: string;
  label: ReactNode;
  content: ReactNode;
}

export interface TabsProps {
  label: string;
  tabs: readonly Tab[];
  value: string;
  onChange: (value: string) => void;
}

export function Tabs({ label, tabs, value, onChange }: TabsProps) {
  const list = useRef<HTMLDivElement>(null);
  // On a phone the chosen tab may be outside the strip.
  useEffect(() => {
    const strip = list.current;
    const tab = strip?.querySelector<HTMLElement>("[data-state='active']");
    if (!strip || !tab || strip.scrollWidth <= strip.clientWidth) return;
    strip.scrollLeft = tab.offsetLeft - (strip.clientWidth - tab.offsetWidth) / 2;
  }, [value]);
  return (
    <Radix.Root value={value} onValueChange={onChange}>
      <Radix.List ref={list} className="tabs" aria-label={label}>
        {/* Radix makes a tab a stop of the Tab key only when its script runs: a strip that scrolls
            has to be reached before as well. */}
        {tabs.map((tab) => (
          <Radix.Trigger key={tab.value} value={tab.value} tabIndex={tab.value === value ? 0 : -1}>
            {tab.label}
          </Radix.Trigger>
        ))}
      </Radix.List>
      {tabs.map((tab) => (
        <Radix.Content key={tab.value} value={tab.value} className="tab-panel">
          {tab.content}
        </Radix.Content>
      ))}
    </Radix.Root>
  );
}
