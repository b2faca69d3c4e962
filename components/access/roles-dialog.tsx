"use client";

import { useState } from "react";
import { fieldProblem } from "@/components/access/refusal-words";
import { RolePicker } from "@/components/access/role-picker";
import { words, type UserDialogProps } from "@/components/access/user-dialogs";
import { useMe } from "@/components/shell/me";
import { Banner } from "@/components/ui/banner";
import { Button } from "@/components/ui/button";
import { Dialog } from "@/components/ui/dialog";
import { ErrorText, Field, TextArea } from "@/components/ui/field";
import { useToast } from "@/components/ui/toast";
import { useCommand, useOperation } from "@/lib/client/hooks";
import { changesGuardedRole, type Role } from "@/lib/contract/roles";

const sameRoles = (a: readonly Role[], b: readonly Role[]): boolean =>
  a.length === b.length && a.every((role) => b.includes(role));

interface SecondPersonProps {
  reason: string;
  onReason: (reason: string) => void;
  /** Null while there is somebody else who can approve. */
  breakGlass: boolean | null;
  onBreakGlass: (isOn: boolean) => void;
}

/** Why the change is asked for; the only administrator may go on alone, loudly. */
function SecondPerson({ reason, onReason, breakGlass, onBreakGlass }: SecondPersonProps) {
  return (
    <>
      <Banner icon="users" title="Another administrator approves this.">
        Giving or taking Admin or Approve needs a second person. The change waits seven days.
      </Banner>
      <Field label="Reason" hint="The second person decides by it; the audit log keeps it.">
        <TextArea value={reason} onChange={onReason} maxLength={1000} rows={2} />
      </Field>
      {breakGlass === null ? null : (
        <label className="break-glass">
          <input type="checkbox" checked={breakGlass}
            onChange={(event) => onBreakGlass(event.target.checked)} />
          <span>
            <b>Break the glass: apply at once</b>
            <small>You are the only administrator. This is logged as a warning and shown on this
              page for 30 days.</small>
          </span>
        </label>
      )}
    </>
  );
}

type RolesDialogProps = UserDialogProps & { isOnlyAdministrator: boolean };

/** Saves roles; what to say afterwards depends on whether they count now or wait. */
function useRoleChange({ user, onClose }: UserDialogProps) {
  const toast = useToast();
  const command = useCommand("updateUser", ["listUsers", "whoAmI", "listRoleChanges"]);
  const save = (body: { roles: Role[]; reason?: string; break_glass?: boolean }) =>
    command.mutate({ path: { id: user.user_id }, etag: user.etag, body }, {
      onSuccess: (after) => {
        toast.show({ title: after.pending_role_change
          ? `Another administrator has to approve the roles of ${user.name}`
          : `Roles of ${user.name} are changed` });
        onClose();
      },
    });
  return { save, error: command.error, isBusy: command.isPending };
}

export function RolesDialog({ user, onClose, isOnlyAdministrator }: RolesDialogProps) {
  const me = useMe();
  const policy = useOperation("accessPolicy");
  const [roles, setRoles] = useState<Role[]>(user.roles);
  const [reason, setReason] = useState("");
  const [breakGlass, setBreakGlass] = useState(false);
  const { save, error, isBusy } = useRoleChange({ user, onClose });
  const isOwn = user.email === me.email;
  const needsSecond = policy.data?.role_change_approval === true
    && changesGuardedRole(user.roles, roles);
  const isAlone = needsSecond && isOnlyAdministrator && breakGlass;
  const gap = roles.length === 0 ? "Choose at least one role"
    : sameRoles(roles, user.roles) ? "Nothing has changed"
      : needsSecond && reason.trim() === "" ? "Say why first" : null;
  const rest = error && fieldProblem(error, "roles") === null ? words(error) : null;
  const submit = () => save({ roles, ...(needsSecond ? { reason: reason.trim() } : {}),
    ...(isAlone ? { break_glass: true } : {}) });
  return (
    <Dialog open onOpenChange={(open) => open ? undefined : onClose()}
      title={`Roles of ${user.name}`} sub={user.email}
      foot={(
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button kind={isAlone ? "danger-solid" : "primary"} busy={isBusy} disabledReason={gap}
            onClick={submit}>
            {isAlone ? "Break the glass" : needsSecond ? "Ask for approval" : "Save roles"}
          </Button>
        </>
      )}
    >
      {isOwn ? (
        <Banner kind="warning" icon="warn" title="This is your own account.">
          Without the Admin role you cannot undo this.
        </Banner>
      ) : null}
      <RolePicker value={roles} onChange={setRoles} error={fieldProblem(error, "roles")} />
      {needsSecond ? (
        <SecondPerson reason={reason} onReason={setReason}
          breakGlass={isOnlyAdministrator ? breakGlass : null} onBreakGlass={setBreakGlass} />
      ) : null}
      <p className="hint">When the new roles count, open sessions end: {isOwn ? "you sign"
        : "the user signs"} in again.</p>
      {rest ? <ErrorText>{rest}</ErrorText> : null}
    </Dialog>
  );
}
