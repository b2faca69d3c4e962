"use client";

import type { FormEvent } from "react";
import { useId, useState, useSyncExternalStore } from "react";
import { fieldProblem, refusalWords } from "@/components/access/refusal-words";
import { RolePicker } from "@/components/access/role-picker";
import { SecretDialog } from "@/components/access/secret-dialog";
import { Button } from "@/components/ui/button";
import { CopyButton } from "@/components/ui/copy-button";
import { Dialog } from "@/components/ui/dialog";
import { ErrorText, Field, Select, TextInput } from "@/components/ui/field";
import { useCommand } from "@/lib/client/hooks";
import { ROUTES } from "@/lib/contract/routes";
import type { ResponseOf } from "@/lib/contract/operations";
import { allows, type Role } from "@/lib/contract/roles";

const NEVER = "never";
const EXPIRIES = [
  { value: "30", label: "In 30 days" },
  { value: "90", label: "In 90 days" },
  { value: "365", label: "In a year" },
  { value: NEVER, label: "Never" },
];

const noChange = () => () => undefined;

/** A call the token is allowed to make, ready to be pasted into a terminal. */
function curlExample(origin: string, roles: readonly Role[], secret: string): string {
  const path = ROUTES[allows(roles, "READ") ? "listDatasets" : "whoAmI"].path;
  return `curl -H "Authorization: Bearer ${secret}" \\\n  ${origin}${path}`;
}

function Created(props: { token: ResponseOf<"createToken">; onClose: () => void }) {
  const { token, onClose } = props;
  const origin = useSyncExternalStore(noChange, () => window.location.origin, () => "");
  const secret = token.secret ?? "";
  const example = curlExample(origin, token.roles, secret);
  return (
    <SecretDialog title={`Token ${token.name} is ready`} name="Secret" secret={secret}
      onClose={onClose}>
      <div className="example">
        <div className="row">
          <h3>Try it in a terminal</h3>
          <CopyButton text={example} what="the example" />
        </div>
        <pre className="code" tabIndex={0} aria-label="Example call">{example}</pre>
      </div>
    </SecretDialog>
  );
}

type Problems = { name: string | null; roles: string | null };

const check = (name: string, roles: readonly Role[]): Problems => ({
  name: name.trim() === "" ? "Type a name." : null,
  roles: roles.length === 0 ? "Choose at least one role." : null,
});

export function CreateTokenDialog({ onClose }: { onClose: () => void }) {
  const formId = useId();
  const [name, setName] = useState("");
  const [roles, setRoles] = useState<Role[]>(["READ"]);
  const [expiry, setExpiry] = useState("90");
  const [isChecked, setIsChecked] = useState(false);
  const command = useCommand("createToken", ["listTokens"]);
  if (command.data) return <Created token={command.data} onClose={onClose} />;

  const own = isChecked ? check(name, roles) : { name: null, roles: null };
  const problem = (field: keyof Problems) => own[field] ?? fieldProblem(command.error, field);
  const isOfOneField = Boolean(fieldProblem(command.error, "name")
    ?? fieldProblem(command.error, "roles"));

  function submit(event: FormEvent) {
    event.preventDefault();
    setIsChecked(true);
    const problems = check(name, roles);
    if (command.isPending || problems.name !== null || problems.roles !== null) return;
    const days = expiry === NEVER ? null : Number(expiry);
    command.mutate({ body: { name: name.trim(), roles, expires_in_days: days } });
  }

  return (
    <Dialog
      open
      onOpenChange={(open) => open ? undefined : onClose()}
      title="Create API token"
      sub="For one program. Give it the roles it needs and no more."
      foot={(
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button kind="primary" type="submit" form={formId} busy={command.isPending}>
            Create token
          </Button>
        </>
      )}
    >
      <form id={formId} className="form" noValidate onSubmit={submit}>
        <Field label="Name" error={problem("name")} hint="For example: nightly import. The audit log shows it.">
          <TextInput value={name} onChange={setName} maxLength={100} autoComplete="off" autoFocus />
        </Field>
        <Field label="Expires">
          <Select value={expiry} onChange={setExpiry} options={EXPIRIES} />
        </Field>
        <RolePicker value={roles} onChange={setRoles} error={problem("roles")} />
        {command.error && !isOfOneField
          ? <ErrorText>{refusalWords(command.error)}</ErrorText> : null}
      </form>
    </Dialog>
  );
}
