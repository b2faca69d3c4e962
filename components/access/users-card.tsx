"use client";

import { useMemo, useState } from "react";
import { CreateUserDialog } from "@/components/access/create-user-dialog";
import { RoleBadges } from "@/components/access/role-picker";
import { RolesDialog } from "@/components/access/roles-dialog";
import {
  DisableUserDialog, ResetPasswordDialog, SessionsDialog, UnlockDialog, type User,
} from "@/components/access/user-dialogs";
import { roleNames, useMe } from "@/components/shell/me";
import type { DataColumn } from "@/components/table/data-table";
import { PagedTable, useItems } from "@/components/table/paged-table";
import { Badge, StateText } from "@/components/ui/badge";
import { Button, IconButton } from "@/components/ui/button";
import { Card } from "@/components/ui/card";
import { date, plural, time, timeShort } from "@/components/ui/format";
import { Menu } from "@/components/ui/menu";
import { Na } from "@/components/ui/na";
import { useOperationPages } from "@/lib/client/hooks";

type About = "roles" | "disable" | "reset" | "unlock" | "sessions";
type Asked = { what: About; user: User } | { what: "create" } | null;

function State({ user }: { user: User }) {
  if (user.disabled) return <span className="muted">Disabled</span>;
  if (user.locked_until) {
    return <StateText state="warning">Waits until {timeShort(user.locked_until)}</StateText>;
  }
  return user.must_change_password
    ? <StateText state="warning">One-time password</StateText>
    : <StateText state="normal">Active</StateText>;
}

function Roles({ user }: { user: User }) {
  const pending = user.pending_role_change;
  return (
    <>
      <RoleBadges roles={user.roles} />
      {pending ? <small className="muted">Waits for approval: {roleNames(pending.to)}</small>
        : null}
    </>
  );
}

function UserMenu(props: { user: User; onAsk: (asked: Asked) => void }) {
  const { user, onAsk } = props;
  const ask = (what: About) => () => onAsk({ what, user });
  return (
    <Menu
      trigger={<IconButton icon="more" label={`Actions for ${user.email}`} />}
      items={[
        { label: "Change roles", icon: "edit", onSelect: ask("roles"),
          disabledReason: user.pending_role_change ? "A change waits for approval" : null },
        { label: "Sessions", icon: "eye", onSelect: ask("sessions") },
        ...(user.failed_sign_ins > 0
          ? [{ label: "Unlock", icon: "undo" as const, onSelect: ask("unlock") }] : []),
        { label: "Reset password", icon: "key", onSelect: ask("reset") },
        user.disabled
          ? { label: "Enable", icon: "undo", onSelect: ask("disable") }
          : { label: "Disable", icon: "stop", danger: true, onSelect: ask("disable") },
      ]}
    />
  );
}

function useColumns(ownEmail: string, onAsk: (asked: Asked) => void): DataColumn<User>[] {
  return useMemo(() => [
    { id: "name", header: "Name", fixed: true, className: "name-cell", sortValue: (user) => user.name.toLowerCase(),
      cell: (user) => <>{user.name} {user.email === ownEmail ? <Badge>You</Badge> : null}</> },
    { id: "email", header: "E-mail", className: "name-cell", cell: (user) => user.email,
      sortValue: (user) => user.email },
    { id: "roles", header: "Roles", cell: (user) => <Roles user={user} /> },
    { id: "state", header: "State", cell: (user) => <State user={user} />,
      sortValue: (user) => `${user.disabled}${user.must_change_password}` },
    { id: "seen", header: "Last sign-in", sortValue: (user) => user.last_sign_in_at,
      cell: (user) => user.last_sign_in_at
        ? time(user.last_sign_in_at) : <Na reason="Has not signed in yet." /> },
    { id: "created", header: "Created", cell: (user) => date(user.created_at),
      sortValue: (user) => user.created_at },
    { id: "actions", header: <span className="vh">Actions</span>, name: "Actions", fixed: true,
      className: "actions", cell: (user) => <UserMenu user={user} onAsk={onAsk} /> },
  ], [ownEmail, onAsk]);
}

type AskingProps = { asked: Asked; isOnlyAdministrator: boolean; onClose: () => void };

function Asking({ asked, isOnlyAdministrator, onClose }: AskingProps) {
  if (asked === null) return null;
  if (asked.what === "create") return <CreateUserDialog onClose={onClose} />;
  const props = { user: asked.user, onClose };
  switch (asked.what) {
    case "roles": return <RolesDialog {...props} isOnlyAdministrator={isOnlyAdministrator} />;
    case "reset": return <ResetPasswordDialog {...props} />;
    case "unlock": return <UnlockDialog {...props} />;
    case "sessions": return <SessionsDialog {...props} />;
    case "disable": return <DisableUserDialog {...props} />;
  }
}

export function UsersCard() {
  const me = useMe();
  const [asked, setAsked] = useState<Asked>(null);
  const list = useOperationPages("listUsers", { query: { limit: 200 } });
  const columns = useColumns(me.email, setAsked);
  const users = useItems(list);
  const isOnly = !list.hasNextPage && users.every((user) =>
    user.email === me.email || user.disabled || !user.roles.includes("ADMIN"));
  const active = users.filter((user) => !user.disabled).length;
  const title = list.data && !list.hasNextPage
    ? `${plural(active, "person", "people")} can sign in` : "People who can sign in";
  return (
    <Card
      id="users"
      flush
      title={title}
      action={(
        <Button kind="primary" icon="users" onClick={() => setAsked({ what: "create" })}>
          Create user
        </Button>
      )}
    >
      <PagedTable
        list={list}
        subject="The users"
        label="Users"
        density="tall"
        rows={users}
        columns={columns}
        rowId={(user) => user.user_id}
        initialSort={{ id: "name", descending: false }}
      />
      <Asking asked={asked} isOnlyAdministrator={isOnly} onClose={() => setAsked(null)} />
    </Card>
  );
}
