"use client";

import { AlertDialog } from "@/components/ui/dialog";
import { plural } from "@/components/ui/format";
import { useToast } from "@/components/ui/toast";
import { useCommand } from "@/lib/client/hooks";
import type { Version } from "./types";

export interface EraseVersionProps {
  version: Version;
  open: boolean;
  onOpenChange: (open: boolean) => void;
}

/** Asks why, and erases the records and payloads of a version. */
export function EraseVersion({ version, open, onOpenChange }: EraseVersionProps) {
  const toast = useToast();
  const erase = useCommand("eraseVersion",
    ["getVersion", "listVersions", "listDatasets", "getDataset", "listRuns"]);
  const name = `${version.dataset_name} v${version.number}`;
  return (
    <AlertDialog
      open={open}
      onOpenChange={(next) => {
        erase.reset();
        onOpenChange(next);
      }}
      title={`Erase ${name}?`}
      confirmLabel="Erase this version"
      danger
      reasonLabel="Why is it erased?"
      busy={erase.isPending}
      error={erase.error?.message}
      onConfirm={(reason) => erase.mutate(
        { path: { id: version.dataset_version_id }, body: { reason } },
        {
          onSuccess: () => {
            onOpenChange(false);
            toast.show({ title: `${name} is erased`, description: "Its hashes and counts stay." });
          },
        },
      )}
    >
      <p>
        {plural(version.counts.raw, "row")}, their records and the payloads of the evidence go and
        cannot be brought back. Hashes, counts and the audit log stay. Other versions are not
        touched.
      </p>
    </AlertDialog>
  );
}
