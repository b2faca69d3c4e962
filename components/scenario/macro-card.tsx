"use client";

import { useState } from "react";
import { Refusal } from "@/components/dataset/refusal";
import { roleReason, useMe } from "@/components/shell/me";
import { Badge } from "@/components/ui/badge";
import { Button } from "@/components/ui/button";
import { Card } from "@/components/ui/card";
import { AlertDialog } from "@/components/ui/dialog";
import { plural, time } from "@/components/ui/format";
import { EmptyState, SkeletonStack } from "@/components/ui/states";
import { useCommand, useOperation } from "@/lib/client/hooks";
import type { StoredMapping } from "./macro-draft";
import { MacroDialog } from "./macro-dialog";

type Asked = { what: "edit"; mapping: StoredMapping | null } |
  { what: "remove"; mapping: StoredMapping } | null;

function Row({ mapping, reason, onAsk }: {
  mapping: StoredMapping; reason: string | null; onAsk: (asked: Asked) => void;
}) {
  return (
    <li>
      <div className="row wrap">
        <h3>{mapping.name} {mapping.dataset_id ? <Badge>One dataset</Badge> : null}</h3>
        <span className="row">
          <Button small icon="edit" disabledReason={reason} aria-label={`Change ${mapping.name}`}
            onClick={() => onAsk({ what: "edit", mapping })}>Change</Button>
          <Button small kind="quiet" icon="trash" disabledReason={reason}
            aria-label={`Remove ${mapping.name}`}
            onClick={() => onAsk({ what: "remove", mapping })}>Remove</Button>
        </span>
      </div>
      <span>{mapping.note}</span>
      <span className="hint">
        {plural(mapping.variables.length, "variable")},{" "}
        {plural(mapping.coefficients.length, "coefficient")}. Changed {time(mapping.updated_at)} by{" "}
        {mapping.updated_by}.
      </span>
    </li>
  );
}

function Remove({ mapping, onClose }: { mapping: StoredMapping; onClose: () => void }) {
  const remove = useCommand("deleteMacroMapping", ["listMacroMappings"]);
  return (
    <AlertDialog open onOpenChange={(open) => open ? undefined : onClose()} danger
      title={`Remove ${mapping.name}?`} confirmLabel="Remove mapping" busy={remove.isPending}
      error={remove.error?.message} onConfirm={() => remove.mutate(
        { path: { id: mapping.macro_mapping_id } }, { onSuccess: onClose })}>
      Scenarios that were filled with it stay what they are. The audit log keeps its numbers.
    </AlertDialog>
  );
}

/** Mappings from macro variables to shocks: whose numbers, and how to change them. */
export function MacroCard() {
  const [asked, setAsked] = useState<Asked>(null);
  const reason = roleReason(useMe(), "EXECUTE");
  const query = useOperation("listMacroMappings", { query: { limit: 200 } });
  const items = query.data?.items ?? [];
  const close = () => setAsked(null);
  return (
    <Card id="macro" title={items.length > 0
      ? `${plural(items.length, "macro mapping")} that somebody answers for` : "Macro mappings"}
      sub="Turn changes of GDP, house prices, unemployment or rates into the four shocks"
      action={(
        <Button icon="plus" disabledReason={reason}
          onClick={() => setAsked({ what: "edit", mapping: null })}>Create mapping</Button>
      )}>
      {query.error ? <Refusal error={query.error} what="The mappings are not shown."
        onRetry={() => void query.refetch()} />
        : query.isPending ? <SkeletonStack lines={3} label="Loading the mappings" />
          : items.length === 0 ? (
            <EmptyState icon="ana" title="No mapping yet">
              A mapping holds your own coefficients. None is built in: none is right for all.
            </EmptyState>
          ) : (
            <ul className="macro-list" aria-label="Macro mappings">
              {items.map((mapping) => <Row key={mapping.macro_mapping_id} mapping={mapping}
                reason={reason} onAsk={setAsked} />)}
            </ul>
          )}
      {asked?.what === "edit" ? <MacroDialog stored={asked.mapping} onClose={close} /> : null}
      {asked?.what === "remove" ? <Remove mapping={asked.mapping} onClose={close} /> : null}
    </Card>
  );
}
