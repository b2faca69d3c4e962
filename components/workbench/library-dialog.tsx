"use client";

import { useState } from "react";
import { StateBadge, Tags } from "@/components/scenario/state-badge";
import type { ScenarioVersion } from "@/components/scenario/scenario-words";
import { SegmentList } from "@/components/run/segment-list";
import { useItems } from "@/components/table/paged-table";
import { Button, ButtonLink } from "@/components/ui/button";
import { Dialog } from "@/components/ui/dialog";
import { TextInput } from "@/components/ui/field";
import { EmptyState, ErrorState, SkeletonStack } from "@/components/ui/states";
import { useOperationPages } from "@/lib/client/hooks";
import { SHOCK_NAMES } from "@/lib/risk";
import { useSettled } from "./use-settled";
import { SHOCK_LABELS, shockInWords } from "./words";

export interface LibraryDialogProps {
  onTake: (version: ScenarioVersion) => void;
  onClose: () => void;
}

const shocksLine = ({ scenario }: ScenarioVersion): string => SHOCK_NAMES
  .map((name) => `${SHOCK_LABELS[name]} ${shockInWords(name, scenario[name])}`).join(", ");

/** Takes a scenario of the library, in its latest version, onto the workbench. */
export function LibraryDialog({ onTake, onClose }: LibraryDialogProps) {
  const [typed, setTyped] = useState("");
  const q = useSettled(typed.trim(), 250);
  const list = useOperationPages("listScenarios", { query: { limit: 50, ...(q ? { q } : {}) } });
  const items = useItems(list);
  return (
    <Dialog open size="wide" onOpenChange={(open) => open ? undefined : onClose()}
      title="Add from the library"
      sub="The description says which version it is, and the evidence keeps that."
      foot={<ButtonLink href="/scenarios">Open the library</ButtonLink>}>
      <div className="stack">
        <TextInput type="search" aria-label="Search the library" value={typed} maxLength={200}
          placeholder="Name, id or description" onChange={setTyped} />
        {list.error ? (
          <ErrorState what="The library could not be read." todo={list.error.message}
            action={<Button onClick={() => void list.refetch()}>Try again</Button>} />
        ) : list.isPending ? <SkeletonStack lines={4} label="Loading the library" />
          : items.length === 0 ? (
            <EmptyState icon="scen" title={q ? "No scenario fits" : "The library is empty"}>
              {q ? "Ask for less." : "Create a scenario there, or save one of yours."}
            </EmptyState>
          ) : (
            <ul className="import-list" aria-label="Scenarios of the library">
              {items.map(({ library_scenario_id: id, latest }) => (
                <li key={id}>
                  <span className="row wrap">
                    <b>{latest.name}</b> <StateBadge state={latest.state} />
                    <span className="hint">version {latest.number}</span>
                    <span className="grow" />
                    <Button small icon="plus" aria-label={`Add ${latest.name}`}
                      onClick={() => onTake(latest)}>Add</Button>
                  </span>
                  <span className="hint">{shocksLine(latest)}</span>
                  <SegmentList segments={latest.scenario.segment_shocks} />
                  <Tags tags={latest.tags} />
                </li>
              ))}
            </ul>
          )}
        {list.hasNextPage ? (
          <Button busy={list.isFetchingNextPage} onClick={() => void list.fetchNextPage()}>
            Show more
          </Button>
        ) : null}
      </div>
    </Dialog>
  );
}
