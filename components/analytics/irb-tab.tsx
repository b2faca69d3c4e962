"use client";

import { useMemo } from "react";
import { parseAsFloat, parseAsStringLiteral, useQueryStates } from "nuqs";
import { Button } from "@/components/ui/button";
import { Card } from "@/components/ui/card";
import { Field } from "@/components/ui/field";
import { NumberInput } from "@/components/ui/number-input";
import { Segmented } from "@/components/ui/segmented";
import { useCurrentVersion } from "@/components/shell/current-version";
import { asFraction, asPercent } from "@/components/workbench/words";
import { IrbOfVersion } from "./irb-of-version";
import { IrbTypedTable } from "./irb-table";
import { DEFAULT_PD_FLOOR, exposureOf, irbOf, parseAsIrbRows, ROWS_LIMIT } from "./irb-rows";
import { downloadRows, titleOf, Totals, unkeptReason } from "./irb-totals";
import { KeepFigures } from "./keep-evidence";
import { FormulaLink } from "./parts";

const SOURCES = [
  { value: "typed", label: "Typed exposures" }, { value: "version", label: "Loans of the version" },
] as const;

const KEYS = {
  irb: parseAsStringLiteral(["typed", "version"]).withDefault("typed"),
  floor: parseAsFloat.withDefault(DEFAULT_PD_FLOOR),
  rows: parseAsIrbRows,
};

function Typed({ currency }: { currency: string }) {
  const [{ rows, floor }, setUrl] = useQueryStates(KEYS);
  const exposures = useMemo(() => rows.map((row) => exposureOf(row, floor)), [rows, floor]);
  const result = useMemo(() => irbOf(exposures), [exposures]);
  const isFull = rows.length >= ROWS_LIMIT;
  return (
    <>
      <KeepFigures name="analyseIrb" figures={{ exposures }} blocked={unkeptReason(result)} />
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
      {irb === "typed" ? <Typed currency={currency} /> : <IrbOfVersion floor={floor} />}
    </div>
  );
}
