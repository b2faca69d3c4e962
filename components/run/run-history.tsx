"use client";

import { useMemo } from "react";
import { useRouter } from "next/navigation";
import { parseAsStringLiteral, useQueryState } from "nuqs";
import { usePickedRuns } from "@/components/run-compare/use-picked-runs";
import { useVersionFilter, VersionFilter } from "@/components/dataset/version-filter";
import { Page } from "@/components/shell/page";
import { PagedTable, useItems } from "@/components/table/paged-table";
import { Button, ButtonLink } from "@/components/ui/button";
import { Card } from "@/components/ui/card";
import { count, plural } from "@/components/ui/format";
import { Select } from "@/components/ui/field";
import { EmptyState } from "@/components/ui/states";
import { useOperationPages } from "@/lib/client/hooks";
import { SIGN_OFF_STATES, type SignOffState } from "@/lib/contract/facts";
import { runColumns } from "./run-columns";
import { SIGN_OFF_LABELS } from "./sign-off-words";

function titleOf(shown: number, isComplete: boolean): string {
  if (shown === 0) return "Run history, newest first";
  return isComplete ? `${plural(shown, "run")}, newest first` : `The newest ${count(shown)} runs`;
}

export function RunHistory() {
  const router = useRouter();
  const filter = useVersionFilter();
  const [signOff, setSignOff] = useQueryState("signed",
    parseAsStringLiteral(SIGN_OFF_STATES).withOptions({ history: "push" }));
  const list = useOperationPages("listRuns",
    { query: { ...filter.query, ...(signOff ? { sign_off: signOff } : {}) } });
  const isFiltered = filter.isSet || signOff !== null;
  const clear = () => {
    filter.clear();
    void setSignOff(null);
  };
  const rows = useItems(list);
  const isComplete = !list.hasNextPage;
  const columns = useMemo(() => runColumns(rows, isComplete), [rows, isComplete]);
  const picked = usePickedRuns();
  return (
    <Page title="Runs"
      sub="Every recorded run. Open one to read it as a report, print it or verify it."
      actions={<ButtonLink href="/workbench" kind="primary" icon="bench">Open workbench</ButtonLink>}
    >
      <Card id="run-list" flush title={titleOf(rows.length, isComplete)}>
        <PagedTable
          list={list}
          subject="The runs"
          label="Runs"
          rows={rows}
          columns={[picked.column, ...columns]}
          rowId={(run) => run.run_id}
          onRowClick={(run) => router.push(`/runs/${run.run_id}`)}
          columnMenu
          empty={<Empty isFiltered={isFiltered} onClear={clear} />}
          toolbar={(
            <>
              {picked.button}
              <VersionFilter filter={filter} />
              <Select aria-label="Sign-off" placeholder="Signed off or not" value={signOff ?? ""}
                options={SIGN_OFF_STATES.map((state) =>
                  ({ value: state, label: SIGN_OFF_LABELS[state] }))}
                onChange={(next) => void setSignOff((next || null) as SignOffState | null)} />
              {isFiltered ? (
                <Button small kind="quiet" icon="x" onClick={clear}>Show all</Button>
              ) : null}
            </>
          )}
        />
      </Card>
    </Page>
  );
}

function Empty({ isFiltered, onClear }: { isFiltered: boolean; onClear: () => void }) {
  if (isFiltered) {
    return (
      <EmptyState icon="filter" title="No runs here yet"
        action={<Button icon="x" onClick={onClear}>Show all runs</Button>}>
        No run fits the chosen dataset, version and sign-off.
      </EmptyState>
    );
  }
  return (
    <EmptyState icon="run" title="No runs yet"
      action={<ButtonLink href="/workbench" kind="primary">Open workbench</ButtonLink>}>
      A run stresses a sealed dataset version and records the result as evidence. Run the default
      scenarios to begin.
    </EmptyState>
  );
}
