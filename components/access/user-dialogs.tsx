"use client";

import { SecretDialog } from "@/components/access/secret-dialog";
import { SessionList } from "@/components/access/session-list";
import { refusalWords } from "@/components/access/refusal-words";
import { AlertDialog, Dialog } from "@/components/ui/dialog";
import { plural } from "@/components/ui/format";
import { useToast } from "@/components/ui/toast";
import type { ApiError } from "@/lib/client/api";
import { useCommand } from "@/lib/client/hooks";
import type { ResponseOf } from "@/lib/contract/operations";

export type User = ResponseOf<"listUsers">["items"][number];

export interface UserDialogProps {
  user: User;
  onClose: () => void;
}

export const words = (error: ApiError): string => error.code === "LAST_ADMINISTRATOR"
  ? "This is the last administrator who can sign in. Give another user the Admin role first."
  : refusalWords(error);

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

/** A new one-time password for somebody who cannot get in. */
export function ResetPasswordDialog({ user, onClose }: UserDialogProps) {
  const command = useCommand("resetPassword", ["listUsers", "listSessions"]);
  if (command.data) {
    return (
      <SecretDialog title={`${user.name} has a new password`} name="One-time password"
        secret={command.data.one_time_password} onClose={onClose}>
        <p className="hint">
          Hand it over in person or by phone. It has to be changed at the first sign-in.
        </p>
      </SecretDialog>
    );
  }
  return (
    <AlertDialog
      open
      onOpenChange={(open) => open ? undefined : onClose()}
      title={`Reset the password of ${user.name}?`}
      confirmLabel="Reset password"
      danger
      busy={command.isPending}
      error={command.error ? words(command.error) : null}
      onConfirm={() => command.mutate({ path: { id: user.user_id } })}
    >
      {user.email} is signed out everywhere. The old password stops working; you see the new one
      once.
    </AlertDialog>
  );
}

/** Forgets failed sign-ins, so that the user need not wait. */
export function UnlockDialog({ user, onClose }: UserDialogProps) {
  const toast = useToast();
  const command = useCommand("unlockUser", ["listUsers"]);
  const confirm = () => command.mutate({ path: { id: user.user_id } }, {
    onSuccess: () => {
      toast.show({ title: `${user.name} can sign in at once` });
      onClose();
    },
  });
  return (
    <AlertDialog
      open
      onOpenChange={(open) => open ? undefined : onClose()}
      title={`Unlock ${user.name}?`}
      confirmLabel="Unlock user"
      busy={command.isPending}
      error={command.error ? words(command.error) : null}
      onConfirm={confirm}
    >
      {plural(user.failed_sign_ins, "sign-in")} failed. Whoever guesses the password starts anew
      as well: ask {user.name} first.
    </AlertDialog>
  );
}

/** Where a user is signed in. */
export function SessionsDialog({ user, onClose }: UserDialogProps) {
  return (
    <Dialog open onOpenChange={(open) => open ? undefined : onClose()}
      title={`Sessions of ${user.name}`} sub={user.email}>
      <SessionList userId={user.user_id} />
    </Dialog>
  );
}
