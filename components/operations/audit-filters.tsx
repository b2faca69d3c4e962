"use client";

import { roleName } from "@/components/shell/me";
import { Button } from "@/components/ui/button";
import { Field, Select, TextInput } from "@/components/ui/field";
import { Icon } from "@/components/ui/icon";
import { Popover } from "@/components/ui/popover";
import { ROLES } from "@/lib/contract/roles";
import { EVENT_KINDS, eventTitle } from "./event-words";
import {
  FILTER_NAMES, FILTER_WORDS, type AuditQuery, type FilterName, type SetAuditQuery,
} from "./use-audit-query";
import "./audit.css";

interface FiltersProps { query: AuditQuery; onChange: SetAuditQuery }

/** Filters that are seen in their own control need no word of their own beside it. */
const SEEN: readonly FilterName[] = ["q", "type"];

function kindOptions(type: string | null) {
  const known = EVENT_KINDS.some((kind) => kind.value === type);
  return type === null || known ? EVENT_KINDS : [{ value: type, label: eventTitle(type) },
    ...EVENT_KINDS];
}

function shown(name: FilterName, value: string): string {
  return name === "role" ? roleName(value as (typeof ROLES)[number]) : value;
}

function TextFilter({ name, query, onChange, hint }: FiltersProps & {
  name: FilterName; hint?: string;
}) {
  return (
    <Field label={FILTER_WORDS[name]} hint={hint}>
      <TextInput value={query[name] ?? ""} maxLength={200}
        onChange={(value) => void onChange({ [name]: value || null })} />
    </Field>
  );
}

function DayFilter({ name, query, onChange }: FiltersProps & { name: "from" | "to" }) {
  return (
    <Field label={`${FILTER_WORDS[name]}, UTC`}>
      <TextInput type="date" value={query[name] ?? ""}
        onChange={(value) => void onChange({ [name]: value || null })} />
    </Field>
  );
}

function MoreFilters(props: FiltersProps) {
  const { query, onChange } = props;
  const active = FILTER_NAMES.filter((name) => query[name] && !SEEN.includes(name)).length;
  return (
    <Popover label="Filters" trigger={(
      <Button small icon="filter">{active > 0 ? `Filters (${active})` : "Filters"}</Button>
    )}>
      <div className="audit-filters">
        <TextFilter {...props} name="actor" hint="Any part, e.g. token:" />
        <Field label="Role">
          <Select value={query.role ?? ""} placeholder="Every role"
            options={ROLES.map((role) => ({ value: role, label: roleName(role) }))}
            onChange={(role) => void onChange({ role: role || null })} />
        </Field>
        <DayFilter {...props} name="from" />
        <DayFilter {...props} name="to" />
        <TextFilter {...props} name="reason" />
        <TextFilter {...props} name="subject_id" />
        <TextFilter {...props} name="dataset_version_id" />
        <TextFilter {...props} name="correlation_id" />
        <TextFilter {...props} name="request_id" />
      </div>
    </Popover>
  );
}

/** Search, kind, further filters, and what is filtered now. */
export function AuditFilters(props: FiltersProps) {
  const { query, onChange } = props;
  return (
    <>
      <span className="audit-search">
        <TextInput type="search" aria-label="Search in every field"
          placeholder="Search in every field" maxLength={200}
          value={query.q ?? ""} onChange={(q) => void onChange({ q: q || null })} />
      </span>
      <Select aria-label="Kind of event" placeholder="Every kind" value={query.type ?? ""}
        options={kindOptions(query.type)}
        onChange={(type) => void onChange({ type: type || null })} />
      <MoreFilters {...props} />
      {FILTER_NAMES.flatMap((name) => {
        const value = query[name];
        if (!value || SEEN.includes(name)) return [];
        return [(
          <Button key={name} small kind="quiet" onClick={() => void onChange({ [name]: null })}>
            <span className="audit-chip">{FILTER_WORDS[name]}: {shown(name, value)}</span>
            <Icon name="x" small label="Remove this filter" />
          </Button>
        )];
      })}
    </>
  );
}
