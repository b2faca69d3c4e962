"use client";

import { ChartCard } from "@/components/chart/chart-card";
import { TraceGraph, type TraceNode } from "@/components/ui/trail";

const text = (value: unknown): string | null => typeof value === "string" ? value : null;

/** The chain as boxes, and as a table for who reads rather than looks. */
export function GraphCard({ nodes, title }: { nodes: readonly TraceNode[]; title: string }) {
  return (
    <ChartCard id="trace" terms={["raw-record", "normalized-record", "evidence", "finding"]} title={title} subject="trace" noPng className="trace-card"
      sub="From the file to the results; the outlined box is what this page is about"
      table={{
        columns: [{ label: "Step" }, { label: "How it got there" }, { label: "What" },
          { label: "Detail" }, { label: "Hash or id" }],
        rows: nodes.map((node) => [node.kind, node.via ?? null, text(node.title), text(node.text),
          node.hash ?? null]),
      }}>
      <TraceGraph nodes={nodes} />
    </ChartCard>
  );
}
