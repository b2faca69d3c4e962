import type { ReactNode } from "react";
import { Suspense } from "react";
import { Page } from "@/components/shell/page";
import { SkeletonStack } from "@/components/ui/states";

/** Shows a page's title and a skeleton until the page itself can be rendered. */
export function PageFrame({ title, children }: { title: string; children: ReactNode }) {
  return (
    <Suspense fallback={(
      <Page title={title}><SkeletonStack lines={8} label={`Loading ${title}`} /></Page>
    )}
    >
      {children}
    </Suspense>
  );
}
