"use client";

import { useState } from "react";
import { roleReason, useMe } from "@/components/shell/me";
import { Banner } from "@/components/ui/banner";
import { Button } from "@/components/ui/button";
import { AlertDialog, Dialog } from "@/components/ui/dialog";
import { ErrorText, Field, TextArea, TextInput } from "@/components/ui/field";
import { date } from "@/components/ui/format";
import { useToast } from "@/components/ui/toast";
import { useCommand, useOperation } from "@/lib/client/hooks";
import type { ResponseOf } from "@/lib/contract/operations";
import type { Version } from "./types";

type Hold = ResponseOf<"createLegalHold">;

/** The holds that keep a version now. */
export function useLegalHolds(versionId: string): Hold[] {
  const query = useOperation("listLegalHolds", { path: { id: versionId }, query: { limit: 1000 } });
  return (query.data?.items ?? []).filter((hold) => hold.released_at === null);
}

function HoldBanner({ hold }: { hold: Hold }) {
  const toast = useToast();
  const reason = roleReason(useMe(), "ADMIN");
  const [isReleasing, setReleasing] = useState(false);
  const release = useCommand("releaseLegalHold", ["listLegalHolds"]);
  return (
    <>
      <Banner
        icon="lock"
        title={`Legal hold of ${hold.owner}.`}
        action={(
          <Button disabledReason={reason} onClick={() => setReleasing(true)}>Release</Button>
        )}
      >
        {hold.reason} It was placed on {date(hold.created_at)} by {hold.created_by}; until it is
        released the version cannot be erased.
      </Banner>
      <AlertDialog
        open={isReleasing}
        onOpenChange={(open) => {
          release.reset();
          setReleasing(open);
        }}
        title={`Release the hold of ${hold.owner}?`}
        confirmLabel="Release the hold"
        danger
        reasonLabel="Why is it released?"
        reasonHint="It is kept in the audit log."
        busy={release.isPending}
        error={release.error?.message}
        onConfirm={(why) => release.mutate(
          { path: { id: hold.legal_hold_id }, body: { reason: why } },
          { onSuccess: () => toast.show({ title: `The hold of ${hold.owner} is released` }) },
        )}
      >
        <p>Where no other hold stands, an administrator can erase the version from then on.</p>
      </AlertDialog>
    </>
  );
}

/** What keeps a version from being erased. */
export function LegalHolds({ versionId }: { versionId: string }) {
  const holds = useLegalHolds(versionId);
  return holds.map((hold) => <HoldBanner key={hold.legal_hold_id} hold={hold} />);
}

/** Asks who answers for a hold and why, and places it. */
export function PlaceLegalHold({ version, onClose }: { version: Version; onClose: () => void }) {
  const toast = useToast();
  const [owner, setOwner] = useState("");
  const [reason, setReason] = useState("");
  const place = useCommand("createLegalHold", ["listLegalHolds"]);
  const missing = owner.trim() === "" ? "Say who answers for it first"
    : reason.trim() === "" ? "Say why first" : null;
  const name = `${version.dataset_name} v${version.number}`;
  const save = () => {
    if (missing !== null || place.isPending) return;
    place.mutate({ path: { id: version.dataset_version_id },
      body: { owner: owner.trim(), reason: reason.trim() } }, {
      onSuccess: () => {
        toast.show({ title: `${name} is under a legal hold` });
        onClose();
      },
    });
  };
  return (
    <Dialog
      open
      onOpenChange={(open) => open ? undefined : onClose()}
      title={`Place a legal hold on ${name}`}
      sub="Nobody can erase the version until the hold is released. Both are in the audit log."
      size="narrow"
      foot={(
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button kind="primary" type="submit" form="legal-hold" busy={place.isPending}
            disabledReason={missing}>
            Place the hold
          </Button>
        </>
      )}
    >
      <form id="legal-hold" className="stack" onSubmit={(event) => {
        event.preventDefault();
        save();
      }}>
        <Field label="Owner" hint="A person, a department or a case">
          <TextInput value={owner} maxLength={200} autoComplete="off" autoFocus onChange={setOwner} />
        </Field>
        <Field label="Why is it kept?">
          <TextArea value={reason} maxLength={1000} rows={3} onChange={setReason} />
        </Field>
        {place.error ? <ErrorText>{place.error.message} Your entries are kept.</ErrorText> : null}
      </form>
    </Dialog>
  );
}
