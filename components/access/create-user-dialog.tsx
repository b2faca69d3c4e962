"use client";

import type { FormEvent } from "react";
import { useId, useState } from "react";
import { fieldProblem, refusalWords } from "@/components/access/refusal-words";
import { RolePicker } from "@/components/access/role-picker";
import { SecretDialog } from "@/components/access/secret-dialog";
import { Button } from "@/components/ui/button";
import { Dialog } from "@/components/ui/dialog";
import { ErrorText, Field, TextInput } from "@/components/ui/field";
import { KeyValueList } from "@/components/ui/figure";
import type { ApiError } from "@/lib/client/api";
import { useCommand } from "@/lib/client/hooks";
import type { ResponseOf } from "@/lib/contract/operations";
import type { Role } from "@/lib/contract/roles";

type Problems = { name?: string | null; email?: string | null; roles?: string | null };

function check(name: string, email: string, roles: readonly Role[]): Problems {
  return {
    name: name.trim() === "" ? "Type a name." : null,
    email: /^\S+@\S+\.\S+$/.test(email.trim()) ? null : "Type an e-mail address.",
    roles: roles.length === 0 ? "Choose at least one role." : null,
  };
}

function refusedFields(error: ApiError): Problems {
  if (error.code === "EMAIL_TAKEN") return { email: "Another user has this e-mail address." };
  return { name: fieldProblem(error, "name"), email: fieldProblem(error, "email"),
    roles: fieldProblem(error, "roles") };
}

const hasSome = (problems: Problems): boolean => Object.values(problems).some(Boolean);

function Created(props: { user: ResponseOf<"createUser">; onClose: () => void }) {
  const { user, onClose } = props;
  return (
    <SecretDialog title={`${user.name} can sign in`} name="One-time password"
      secret={user.one_time_password ?? ""} onClose={onClose}>
      <KeyValueList items={[{ key: "E-mail", value: user.email }]} />
      <p className="hint">
        Hand it over in person or by phone. It has to be changed at the first sign-in.
      </p>
    </SecretDialog>
  );
}

export function CreateUserDialog({ onClose }: { onClose: () => void }) {
  const formId = useId();
  const [name, setName] = useState("");
  const [email, setEmail] = useState("");
  const [roles, setRoles] = useState<Role[]>(["READ"]);
  const [isChecked, setIsChecked] = useState(false);
  const command = useCommand("createUser", ["listUsers"]);
  if (command.data) return <Created user={command.data} onClose={onClose} />;

  const refused = command.error ? refusedFields(command.error) : {};
  const own = isChecked ? check(name, email, roles) : {};
  const problem = (field: keyof Problems) => own[field] ?? refused[field] ?? null;

  function submit(event: FormEvent) {
    event.preventDefault();
    setIsChecked(true);
    if (command.isPending || hasSome(check(name, email, roles))) return;
    command.mutate({ body: { name: name.trim(), email: email.trim(), roles } });
  }

  return (
    <Dialog
      open
      onOpenChange={(open) => open ? undefined : onClose()}
      title="Create user"
      sub="TodiScope makes a one-time password and shows it to you once."
      foot={(
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button kind="primary" type="submit" form={formId} busy={command.isPending}>
            Create user
          </Button>
        </>
      )}
    >
      <form id={formId} className="form" noValidate onSubmit={submit}>
        <Field label="Name" error={problem("name")}>
          <TextInput value={name} onChange={setName} maxLength={100} autoComplete="off" autoFocus />
        </Field>
        <Field label="E-mail" error={problem("email")}>
          <TextInput type="email" value={email} onChange={setEmail} maxLength={200}
            autoComplete="off" spellCheck={false} />
        </Field>
        <RolePicker value={roles} onChange={setRoles} error={problem("roles")} />
        {command.error && !hasSome(refused)
          ? <ErrorText>{refusalWords(command.error)}</ErrorText> : null}
      </form>
    </Dialog>
  );
}
