"use client";

import { useMemo } from "react";
import { exposedRecords } from "@/components/dataset/types";
import { Badge } from "@/components/ui/badge";
import { count, date, plural, shortId } from "@/components/ui/format";
import { Icon } from "@/components/ui/icon";
import { Menu } from "@/components/ui/menu";
import type { MenuItem } from "@/components/ui/menu";
import type { Version } from "./figures";

export interface VersionPickerProps {
  version: Version;
  versions: readonly Version[];
  onSelect: (id: string) => void;
}

const asOf = (version: Version): string =>
  version.as_of ? `as of ${date(version.as_of)}` : "as-of date not given";

export function VersionPicker({ version, versions, onSelect }: VersionPickerProps) {
  const items = useMemo(() => versions.map((entry): MenuItem => ({
    label: `${entry.dataset_name} v${entry.number}`,
    note: `${asOf(entry)}, ${plural(exposedRecords(entry), "record")}`,
    current: entry.dataset_version_id === version.dataset_version_id,
    onSelect: () => onSelect(entry.dataset_version_id),
  })), [versions, version.dataset_version_id, onSelect]);
  const name = `Version ${version.number}, ${asOf(version)}`;
  return (
    <section aria-labelledby="bench-version">
      <h2 id="bench-version">
        Dataset version <Badge state="evidence" icon="lock">Sealed</Badge>
      </h2>
      <Menu
        align="start"
        items={items}
        trigger={(
          <button type="button" className="version">
            <span>
              <b>{name}</b>{" "}
              {count(exposedRecords(version))} normalized
              {exposedRecords(version) === 1 ? " record" : " records"}, content{" "}
              <span className="mono">{shortId(version.content_hash)}</span>
              <span className="vh"> of {version.dataset_name}, change dataset version</span>
            </span>
            <Icon name="down" small />
          </button>
        )}
      />
    </section>
  );
}
