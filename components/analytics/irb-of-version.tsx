"use client";

import { useMemo, useState } from "react";
import { useQuery } from "@tanstack/react-query";
import { useQueryState } from "nuqs";
import { Refusal } from "@/components/dataset/refusal";
import { useCurrentVersion } from "@/components/shell/current-version";
import { Banner } from "@/components/ui/banner";
import { Button } from "@/components/ui/button";
import { Card } from "@/components/ui/card";
import { Field, Select } from "@/components/ui/field";
import { number, plural } from "@/components/ui/format";
import { Progress } from "@/components/ui/progress";
import { EmptyState, SkeletonStack } from "@/components/ui/states";
import type { ApiError } from "@/lib/client/api";
import type { IrbClass } from "@/lib/risk";
import { irbOf, parseAsClassChoices } from "./irb-rows";
import { CLASS_OPTIONS, IrbTable } from "./irb-table";
import { downloadRows, titleOf, Totals, unkeptReason } from "./irb-totals";
import { assetClassesOf, exposuresOf, readLoans } from "./irb-version";
import type { ClassChoice, RatedLoan } from "./irb-version";
import { KeepFigures } from "./keep-evidence";
import { FormulaLink } from "./parts";

type Loans = Awaited<ReturnType<typeof readLoans>>;

/** Asset classes of a tape that can be given an IRB class one by one. */
const CLASSES_SHOWN = 24;

function ClassesCard({ loans, choices, onChange }: {
  loans: readonly RatedLoan[]; choices: readonly ClassChoice[];
  onChange: (choices: ClassChoice[]) => void;
}) {
  const found = useMemo(() => assetClassesOf(loans), [loans]);
  const chosen = new Map(choices);
  const choose = (assetClass: string | null, next: IrbClass): void => {
    const others = choices.filter(([name]) => name !== assetClass);
    onChange(next === "corporate" ? others : [...others, [assetClass, next]]);
  };
  return (
    <Card id="irb-classes" title="Which IRB class is which asset class of the tape?"
      sub={found.length > CLASSES_SHOWN ? `The ${CLASSES_SHOWN} with most loans of ${
        number(found.length)}; the others count as corporate` : null}>
      <div className="ana-grid-inputs">
        {found.slice(0, CLASSES_SHOWN).map(({ assetClass, count }) => (
          <Field key={assetClass ?? ""} label={assetClass ?? "Without an asset class"}
            hint={plural(count, "loan")}>
            <Select value={chosen.get(assetClass) ?? "corporate"} options={CLASS_OPTIONS}
              onChange={(next) => choose(assetClass, next as IrbClass)} />
          </Field>
        ))}
      </div>
    </Card>
  );
}

function notesOf({ loans, without, records, isCut }: Loans): string {
  const first = isCut ? `Of the version's first ${number(records)} records, the most that this `
    + "page reads: " : "";
  const rest = without > 0 ? `; ${plural(without, "loan")} without them left out` : "";
  return `${first}${plural(loans.length, "loan")} with PD and LGD${rest}.`;
}

function OfLoans({ read, floor, currency }: { read: Loans; floor: number; currency: string }) {
  const { loans } = read;
  const [choices, setChoices] = useQueryState("classes", parseAsClassChoices);
  const exposures = useMemo(
    () => exposuresOf(loans, choices, floor), [loans, choices, floor]);
  const result = useMemo(() => irbOf(exposures), [exposures]);
  return (
    <>
      <Banner icon="info" title={notesOf(read)}>
        Corporate exposures have no size adjustment, and the maturity of their contract, or 2.5
        years where it is not given.
      </Banner>
      <ClassesCard loans={loans} choices={choices} onChange={(next) => void setChoices(next)} />
      <KeepFigures name="analyseIrb" figures={{ exposures }} blocked={unkeptReason(result)} />
      <Totals result={result} currency={currency} />
      <Card id="irb-loans" flush title={titleOf(result)} sub="Basel IRB by loan, no scaling factor"
        action={(
          <Button small icon="dl"
            onClick={() => downloadRows(result, loans.map(({ name }) => name))}>CSV</Button>
        )}
        foot={<FormulaLink section="irb" />}>
        <IrbTable loans={loans} result={result} currency={currency} />
      </Card>
    </>
  );
}

/** Capital of a version's loans; a sealed version never changes, so it is read once. */
export function IrbOfVersion({ floor }: { floor: number }) {
  const { version } = useCurrentVersion();
  const id = version?.dataset_version_id ?? "";
  const asOf = version?.as_of ?? null;
  const [records, setRecords] = useState(0);
  const query = useQuery<Loans, ApiError>({
    queryKey: ["irb-loans", id, asOf], enabled: version !== null, retry: false,
    staleTime: Number.POSITIVE_INFINITY,
    queryFn: ({ signal }) => readLoans(id, asOf, setRecords, signal),
  });
  if (!version) {
    return (
      <Card id="none" title="No version">
        <EmptyState icon="data" title="No sealed version yet">
          Import a tape, or type exposures.
        </EmptyState>
      </Card>
    );
  }
  if (query.error) {
    return <Refusal error={query.error} what="The loans could not be read."
      onRetry={() => void query.refetch()} />;
  }
  if (!query.data) {
    return (
      <Card id="irb-loans" title="Reading the loans">
        {records > 0 ? <Progress label="Reading the loans" share={null} shown
          note={plural(records, "record")} /> : null}
        <SkeletonStack lines={10} />
      </Card>
    );
  }
  if (query.data.loans.length === 0) {
    return (
      <Card id="no-pd" title="No capital to show">
        <EmptyState icon="unk" title={query.data.isCut
          ? `None of the first ${number(query.data.records)} records states PD and LGD`
          : "No loan of this version states PD and LGD"}>
          Map the columns of PD and LGD when the tape is imported, or type exposures here.
        </EmptyState>
      </Card>
    );
  }
  return <OfLoans read={query.data} floor={floor} currency={version.base_currency} />;
}
