"use client";

import { useState } from "react";
import { refusalWords } from "@/components/access/refusal-words";
import { DataTable, type DataColumn } from "@/components/table/data-table";
import { Button } from "@/components/ui/button";
import { Card } from "@/components/ui/card";
import { CopyButton } from "@/components/ui/copy-button";
import { AlertDialog } from "@/components/ui/dialog";
import { HashText } from "@/components/ui/figure";
import { time } from "@/components/ui/format";
import { EmptyState } from "@/components/ui/states";
import { useToast } from "@/components/ui/toast";
import { useCommand } from "@/lib/client/hooks";
import type { ResponseOf } from "@/lib/contract/operations";

type Key = ResponseOf<"getLog">["keys"][number];

const origin = ({ follows, endorsed, created_by: by }: Key): string =>
  follows === null ? (by === "environment" ? "Set in the server's environment" : "The first key")
    : endorsed ? `Endorsed by ${follows.slice(0, 8)}` : "Not endorsed by the key before it";

const COLUMNS: DataColumn<Key>[] = [
  { id: "key", header: "Key", cell: (key) => <HashText short value={key.key_id} /> },
  { id: "state", header: "State", cell: (key) => key.signs ? "Signs now" : "Verifies only" },
  { id: "origin", header: "Where it comes from", cell: origin },
  { id: "since", header: "Since", cell: (key) => time(key.created_at) },
  { id: "copy", header: "Public key", cell: (key) => (
    <CopyButton text={key.verifier_key} what={`the public key ${key.key_id.slice(0, 8)}`} />
  ) },
];

/** The public keys that checkpoints are checked with, and the way to a new one. */
export function LogKeysCard({ keys, canRotate }: { keys: Key[]; canRotate: boolean }) {
  const [isOpen, setIsOpen] = useState(false);
  return (
    <Card id="log-keys" flush title="Keys"
      sub="Checkpoints of older keys can be checked for ever."
      action={canRotate && keys.length > 0
        ? <Button onClick={() => setIsOpen(true)}>New key</Button> : undefined}>
      <DataTable label="Key table" rows={keys} columns={COLUMNS} rowId={(key) => key.key_id}
        empty={<EmptyState icon="seal" title="No key yet">
          It is made with the first checkpoint.
        </EmptyState>} />
      {isOpen ? <RotateDialog onClose={() => setIsOpen(false)} /> : null}
    </Card>
  );
}

function RotateDialog({ onClose }: { onClose: () => void }) {
  const toast = useToast();
  const rotate = useCommand("rotateLogKey", ["getLog", "listLogCheckpoints"]);
  return (
    <AlertDialog open onOpenChange={(open) => open ? undefined : onClose()}
      title="Sign with a new key?" confirmLabel="Make a new key" reasonLabel="Why"
      reasonHint="It is kept with the key and in the audit log." busy={rotate.isPending}
      error={rotate.error ? refusalWords(rotate.error) : null}
      onConfirm={(reason) => rotate.mutate({ body: { reason } }, { onSuccess: (made) => {
        toast.show({ title: `Checkpoints are signed by ${made.key_id.slice(0, 8)} now` });
        onClose();
      } })}>
      <p>The key of today endorses the new one and is then destroyed. Whoever checks checkpoints
        needs the new public key from now on.</p>
    </AlertDialog>
  );
}
