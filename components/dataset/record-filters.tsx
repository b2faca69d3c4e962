"use client";

import { Button } from "@/components/ui/button";
import { Field, Select, TextInput } from "@/components/ui/field";
import { count } from "@/components/ui/format";
import { Icon } from "@/components/ui/icon";
import { Popover } from "@/components/ui/popover";
import { useOperation } from "@/lib/client/hooks";
import "./dataset.css";
import { NOT_GIVEN } from "./links";
import { activeFilters, FILTER_COLUMNS } from "./use-record-query";
import type { FilterColumn, RecordQuery, SetRecordQuery } from "./use-record-query";
import { fieldWord, groupValue, groupWord } from "./words";

const MOST_VALUES = 300;

function FilterSelect({ versionId, column, value, onChange }: {
  versionId: string; column: FilterColumn; value: string | null;
  onChange: (value: string | null) => void;
}) {
  const query = useOperation(
    "getExposure", { path: { id: versionId }, query: { group_by: column, limit: MOST_VALUES } },
    { staleTime: Number.POSITIVE_INFINITY });
  const groups = [...query.data?.groups ?? []].sort((a, b) => b.count - a.count);
  const values = groups.map((group) => group.key[column] ?? null);
  const only = query.isSuccess && values.every((entry) => entry === null);
  if (only && value === null) return null;
  const options = groups.map((group) => {
    const key = group.key[column] ?? null;
    return { value: key ?? NOT_GIVEN, label: `${groupValue(column, key)} (${count(group.count)})` };
  });
  if (value !== null && !options.some((option) => option.value === value)) {
    options.unshift({ value, label: filterValue(column, value) });
  }
  return (
    <Field label={groupWord(column)}>
      <Select
        value={value ?? ""}
        placeholder={query.isPending ? "Loading" : "All"}
        disabled={query.isPending}
        options={options}
        onChange={(next) => onChange(next === "" ? null : next)}
      />
    </Field>
  );
}

export function filterValue(column: string, value: string): string {
  if (value === NOT_GIVEN) return "not given";
  if (column === "record_kind") return fieldWord(value);
  return groupValue(column as FilterColumn, value);
}

const filterName = (column: string): string =>
  column === "record_kind" ? "Kind" : groupWord(column as FilterColumn);

export interface RecordFiltersProps {
  versionId: string;
  query: RecordQuery;
  onChange: SetRecordQuery;
}

/** Search, filters and what is filtered now, in the head of the records table. */
export function RecordFilters({ versionId, query, onChange }: RecordFiltersProps) {
  const active = activeFilters(query);
  return (
    <>
      <span style={{ width: "calc(var(--s-6) * 6)" }}>
        <TextInput
          type="search"
          aria-label="Search in instrument and obligor ids"
          placeholder="Instrument or obligor id"
          value={query.q}
          maxLength={200}
          onChange={(q) => void onChange({ q })}
        />
      </span>
      <Popover
        label="Filters"
        trigger={(
          <Button small icon="filter">
            {active.length > 0 ? `Filters (${active.length})` : "Filters"}
          </Button>
        )}
      >
        <div className="filter-grid">
          {FILTER_COLUMNS.map((column) => (
            <FilterSelect key={column} versionId={versionId} column={column}
              value={query[column]} onChange={(value) => void onChange({ [column]: value })} />
          ))}
          <Field label="Kind">
            <Select
              value={query.record_kind ?? ""}
              placeholder="All"
              options={[{ value: "instrument", label: "Instrument" },
                { value: "distressed_asset", label: "Distressed asset" },
                { value: "portfolio", label: "Portfolio" }]}
              onChange={(kind) => void onChange({ record_kind: kind === "" ? null : kind })}
            />
          </Field>
        </div>
      </Popover>
      {active.map(([column, value]) => (
        <Button key={column} small kind="quiet" onClick={() => void onChange({ [column]: null })}>
          {filterName(column)}: {filterValue(column, value)}
          <Icon name="x" small label="Remove this filter" />
        </Button>
      ))}
    </>
  );
}
