"use client";

import { useId } from "react";
import { ROLE_NOTES } from "@/components/access/role-words";
import { roleName } from "@/components/shell/me";
import { Badge } from "@/components/ui/badge";
import { ErrorText } from "@/components/ui/field";
import { ROLES, type Role } from "@/lib/contract/roles";

export interface RolePickerProps {
  value: readonly Role[];
  onChange: (roles: Role[]) => void;
  error?: string | null;
}

/** Several roles at once, each with what it allows. */
export function RolePicker({ value, onChange, error }: RolePickerProps) {
  const errorId = useId();
  const toggle = (role: Role) => onChange(
    ROLES.filter((other) => (other === role) !== value.includes(other)));
  return (
    <fieldset className="role-picker" aria-describedby={error ? errorId : undefined}>
      <legend>Roles</legend>
      {ROLES.map((role) => (
        <label key={role}>
          <input type="checkbox" checked={value.includes(role)} onChange={() => toggle(role)} />
          <span><b>{roleName(role)}</b><small>{ROLE_NOTES[role]}</small></span>
        </label>
      ))}
      {error ? <ErrorText id={errorId}>{error}</ErrorText> : null}
    </fieldset>
  );
}

export function RoleBadges({ roles }: { roles: readonly Role[] }) {
  return (
    <span className="row wrap">
      {roles.map((role) => <Badge key={role} icon={null}>{roleName(role)}</Badge>)}
    </span>
  );
}
