"use client";

import { useState } from "react";
import { fieldProblem, refusalWords } from "@/components/access/refusal-words";
import { RolePicker } from "@/components/access/role-picker";
import { useMe } from "@/components/shell/me";
import { Banner } from "@/components/ui/banner";
import { Button } from "@/components/ui/button";
import { AlertDialog, Dialog } from "@/components/ui/dialog";
import { ErrorText } from "@/components/ui/field";
import { useToast } from "@/components/ui/toast";
import type { ApiError } from "@/lib/client/api";
import { useCommand } from "@/lib/client/hooks";
import type { ResponseOf } from "@/lib/contract/operations";
import type { Role } from "@/lib/contract/roles";

export type User = ResponseOf<"listUsers">["items"][number];

interface UserDialogProps {
  user: User;
  onClose: () => void;
}

const words = (error: ApiError): string => error.code === "LAST_ADMINISTRATOR"
  ? "This is the last administrator who can sign in. Give another user the Admin role first."
  : refusalWords(error);

const sameRoles = (a: readonly Role[], b: readonly Role[]): boolean =>
  a.length === b.length && a.every((role) => b.includes(role));

export function RolesDialog({ user, onClose }: UserDialogProps) {
  const me = useMe();
  const toast = useToast();
  const [roles, setRoles] = useState<Role[]>(user.roles);
  const command = useCommand("updateUser", ["listUsers", "whoAmI"]);
  const isOwn = user.email === me.email;
  const rest = command.error && fieldProblem(command.error, "roles") === null
    ? words(command.error) : null;
  const reason = roles.length === 0 ? "Choose at least one role"
    : sameRoles(roles, user.roles) ? "Nothing has changed" : null;
  const edit = { path: { id: user.user_id }, etag: user.etag, body: { roles } };
  const save = () => command.mutate(edit, {
    onSuccess: () => {
      toast.show({ title: `Roles of ${user.name} are changed` });
      onClose();
    },
  });
  return (
    <Dialog
      open
      onOpenChange={(open) => open ? undefined : onClose()}
      title={`Roles of ${user.name}`}
      sub={user.email}
      foot={(
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button kind="primary" busy={command.isPending} disabledReason={reason} onClick={save}>
            Save roles
          </Button>
        </>
      )}
    >
      {isOwn ? (
        <Banner kind="warning" icon="warn" title="This is your own account.">
          Without the Admin role you cannot undo this.
        </Banner>
      ) : null}
      <RolePicker value={roles} onChange={setRoles}
        error={fieldProblem(command.error, "roles")} />
      <p className="hint">The new roles count at once. Open sessions end: {isOwn ? "you sign"
        : "the user signs"} in again.</p>
      {rest ? <ErrorText>{rest}</ErrorText> : null}
    </Dialog>
  );
}

/** Disabling and enabling: the same question in both directions. */
export function DisableUserDialog({ user, onClose }: UserDialogProps) {
  const toast = useToast();
  const command = useCommand("updateUser", ["listUsers"]);
  const disabled = !user.disabled;
  const edit = { path: { id: user.user_id }, etag: user.etag, body: { disabled } };
  const confirm = () => command.mutate(edit, {
    onSuccess: () => {
      toast.show({ title: `${user.name} is ${disabled ? "disabled" : "enabled"}` });
      onClose();
    },
  });
  return (
    <AlertDialog
      open
      onOpenChange={(open) => open ? undefined : onClose()}
      title={`${disabled ? "Disable" : "Enable"} ${user.name}?`}
      confirmLabel={disabled ? "Disable user" : "Enable user"}
      danger={disabled}
      busy={command.isPending}
      error={command.error ? words(command.error) : null}
      onConfirm={confirm}
    >
      {disabled
        ? `${user.email} is signed out everywhere and cannot sign in again. What the user recorded stays.`
        : `${user.email} can sign in again with the same password and roles.`}
    </AlertDialog>
  );
}
