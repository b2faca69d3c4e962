"use client";

import { useMemo } from "react";
import { parseAsFloat, parseAsStringLiteral, useQueryStates } from "nuqs";
import { Refusal } from "@/components/dataset/refusal";
import { Banner } from "@/components/ui/banner";
import { Button } from "@/components/ui/button";
import { Card, Tile, TileGrid } from "@/components/ui/card";
import { Field } from "@/components/ui/field";
import { moneyScale, number, percentOf, plural } from "@/components/ui/format";
import { NumberInput } from "@/components/ui/number-input";
import { Segmented } from "@/components/ui/segmented";
import { EmptyState, SkeletonStack } from "@/components/ui/states";
import { useCurrentVersion } from "@/components/shell/current-version";
import { asFraction, asPercent } from "@/components/workbench/words";
import { useOperation } from "@/lib/client/hooks";
import { csvText, downloadText } from "@/components/chart/csv";
import { IrbTable, IrbTypedTable } from "./irb-table";
import { DEFAULT_PD_FLOOR, exposureOf, irbOf, parseAsIrbRows, ROWS_LIMIT } from "./irb-rows";
import type { IrbResult } from "./irb-rows";
import { instrumentsOf } from "./irb-version";
import type { RatedLoan } from "./irb-version";
import { FormulaLink } from "./parts";

const SOURCES = [
  { value: "typed", label: "Typed exposures" }, { value: "version", label: "Loans of the version" },
] as const;
const READ_AT_ONCE = 1000;

const KEYS = {
  irb: parseAsStringLiteral(["typed", "version"]).withDefault("typed"),
  floor: parseAsFloat.withDefault(DEFAULT_PD_FLOOR),
  rows: parseAsIrbRows,
};

function Totals({ result, currency }: { result: IrbResult; currency: string }) {
  const { ead, rwa, capital, expected_loss: expected, risk_weight: weight } = result.totals;
  const scale = moneyScale(Math.max(ead, rwa), currency);
  const unit = scale.label;
  return (
    <TileGrid label="Capital" count={5}>
      <Tile title="Exposure at default" unit={unit} value={scale.format(ead)} />
      <Tile title="Risk-weighted assets" unit={unit} value={scale.format(rwa)} />
      <Tile title="Capital requirement" unit={unit} value={scale.format(capital)}
        delta={ead > 0 ? `${percentOf(capital / ead, { decimals: 2 })} of EAD` : null} />
      <Tile title="Mean risk weight" reason="There is no exposure"
        value={weight === null ? null : percentOf(weight, { decimals: 2 })} />
      <Tile title="Expected loss" unit={unit} value={scale.format(expected)} />
    </TileGrid>
  );
}

function downloadRows(result: IrbResult, names: readonly string[]): void {
  downloadText("irb-capital.csv", csvText(
    ["Exposure", "Correlation", "Capital requirement (fraction)", "Risk weight (fraction)",
      "RWA", "Expected loss"],
    result.capital.map((one, index) => [names[index] ?? "", one?.correlation,
      one?.capital_requirement, one?.risk_weight, one?.rwa, one?.expected_loss])));
}

const titleOf = (result: IrbResult): string => result.totals.risk_weight === null
  ? "No exposure, so no capital"
  : `These exposures weigh ${percentOf(result.totals.risk_weight, { decimals: 2 })} on average`;

function Typed({ currency }: { currency: string }) {
  const [{ rows, floor }, setUrl] = useQueryStates(KEYS);
  const result = useMemo(() => irbOf(rows.map((row) => exposureOf(row, floor))), [rows, floor]);
  const isFull = rows.length >= ROWS_LIMIT;
  return (
    <>
      <Totals result={result} currency={currency} />
      <Card id="irb-rows" flush title={titleOf(result)}
        sub="Basel IRB by exposure, no scaling factor"
        action={(
          <Button small icon="dl" onClick={() => downloadRows(result, rows.map(({ k }) => k))}>
            CSV
          </Button>
        )}
        foot={(
          <>
            <Button small icon="plus"
              disabledReason={isFull ? `The table holds ${ROWS_LIMIT} exposures.` : null}
              onClick={() => void setUrl({ rows: [...rows, rows.at(-1)
                ?? { k: "corporate", e: 1_000_000, p: 0.01, l: 0.45, m: 2.5, t: 50 }] })}>
              Add an exposure
            </Button>
            <span className="end"><FormulaLink section="irb" /></span>
          </>
        )}>
        <IrbTypedTable rows={rows} result={result} currency={currency}
          onChange={(next) => void setUrl({ rows: next })} />
      </Card>
    </>
  );
}

function OfLoans({ loans, floor, currency, notes }: {
  loans: readonly RatedLoan[]; floor: number; currency: string; notes: string;
}) {
  const result = useMemo(() => irbOf(loans.map(({ exposure }) =>
    ({ ...exposure, pd_floor: floor }))), [loans, floor]);
  return (
    <>
      <Banner icon="info" title={notes}>
        All count as corporate exposures without a size adjustment, with the maturity of their
        contract, or 2.5 years where it is not given.
      </Banner>
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

function OfVersion({ floor }: { floor: number }) {
  const { version } = useCurrentVersion();
  const id = version?.dataset_version_id ?? "";
  const query = useOperation("listRecords",
    { path: { id }, query: { kind: "normalized", limit: READ_AT_ONCE } },
    { enabled: version !== null, staleTime: Number.POSITIVE_INFINITY });
  const read = useMemo(() => instrumentsOf(query.data?.items ?? [], version?.as_of ?? null),
    [query.data, version]);
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
    return <Card id="irb-loans" title="Reading the loans"><SkeletonStack lines={10} /></Card>;
  }
  if (read.loans.length === 0) {
    return (
      <Card id="no-pd" title="No capital to show">
        <EmptyState icon="unk" title="No loan of this version states PD and LGD">
          Map the columns of PD and LGD when the tape is imported, or type exposures here.
        </EmptyState>
      </Card>
    );
  }
  const more = query.data.next_cursor !== null
    ? `The first ${number(READ_AT_ONCE)} records of the version: ` : "";
  const without = read.without > 0 ? `; ${plural(read.without, "loan")} without them left out` : "";
  return <OfLoans loans={read.loans} floor={floor} currency={version.base_currency}
    notes={`${more}${plural(read.loans.length, "loan")} with PD and LGD${without}.`} />;
}

/** What the regulator asks to be held against exposures. */
export function IrbTab() {
  const [{ irb, floor }, setUrl] = useQueryStates(KEYS);
  const currency = useCurrentVersion().version?.base_currency ?? "EUR";
  return (
    <div className="ana-stack">
      <div className="ana-bar">
        <Segmented label="Exposures" value={irb} options={SOURCES}
          onChange={(next) => void setUrl({ irb: next })} />
        <Field label="PD floor">
          <NumberInput label="PD floor" unit="%" min={0} max={100} required step={0.01}
            value={asPercent(floor)}
            onChange={(value) => value !== null && void setUrl({ floor: asFraction(value) })} />
        </Field>
      </div>
      {irb === "typed" ? <Typed currency={currency} /> : <OfVersion floor={floor} />}
    </div>
  );
}
