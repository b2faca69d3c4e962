"use client";

import { useState } from "react";
import type { AnalysisTab } from "@/components/analytics/analysis-tabs";
import { Button } from "@/components/ui/button";
import { laterOverlay, useEverOpen } from "@/components/ui/later";
import type { RunParametersInput } from "@/lib/risk";

const BasisDialog = laterOverlay(() => import("./basis-dialog").then((part) => part.BasisDialog));

/** What a page's figures rest on; what is not given is not spoken of. */
export interface FiguresBasis {
  /** The versions whose data the figures are of, unless runs name them. */
  versionIds?: readonly string[];
  /** The runs that recorded the figures. */
  runIds?: readonly string[];
  /** How figures that nobody recorded are computed. */
  preview?: RunParametersInput;
  analysis?: AnalysisTab;
  /** The engine that recorded the figures, where no run says it. */
  engineVersion?: string;
}

/** Opens what was assumed and warned of: the data, the engine, the model. */
export function BasisButton({ small, ...basis }: FiguresBasis & { small?: boolean }) {
  const [isOpen, setOpen] = useState(false);
  const wasOpen = useEverOpen(isOpen);
  return (
    <>
      <Button icon="info" small={small} aria-haspopup="dialog" onClick={() => setOpen(true)}>
        Assumptions
      </Button>
      {wasOpen ? <BasisDialog {...basis} open={isOpen} onOpenChange={setOpen} /> : null}
    </>
  );
}
