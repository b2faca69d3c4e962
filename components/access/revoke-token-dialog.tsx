"use client";

import { refusalWords } from "@/components/access/refusal-words";
import { AlertDialog } from "@/components/ui/dialog";
import { time } from "@/components/ui/format";
import { useToast } from "@/components/ui/toast";
import { useCommand } from "@/lib/client/hooks";
import type { ResponseOf } from "@/lib/contract/operations";

export type Token = ResponseOf<"listTokens">["items"][number];

export function RevokeTokenDialog({ token, onClose }: { token: Token; onClose: () => void }) {
  const toast = useToast();
  const command = useCommand("revokeToken", ["listTokens"]);
  const use = token.last_used_at ? `Last used ${time(token.last_used_at)}.` : "It was never used.";
  const confirm = () => command.mutate({ path: { id: token.token_id } }, {
    onSuccess: () => {
      toast.show({ title: `Token ${token.name} is revoked` });
      onClose();
    },
  });
  return (
    <AlertDialog
      open
      onOpenChange={(open) => open ? undefined : onClose()}
      title={`Revoke the token ${token.name}?`}
      confirmLabel="Revoke token"
      danger
      busy={command.isPending}
      error={command.error ? refusalWords(command.error) : null}
      onConfirm={confirm}
    >
      Programs that use it are refused at once. {use} This cannot be undone.
    </AlertDialog>
  );
}
