"use client";

import { useMemo } from "react";
import { useQueryState } from "nuqs";
import type { NormalizedRecord } from "@/lib/kernel/record";
import { useOperation, useOperations } from "@/lib/client/hooks";
import {
  amountUnitsNumber, exposureOf, netByInstrument, netByPortfolio, Shortfalls, totalsFromJson,
  whatIf, type Netted, type Netting, type SecuredDebts, type WhatIfBasis, type WhatIfChange,
} from "@/lib/risk";
import type { DrillState } from "./drill-state";
import { itemOf, proFormaLines, type ChangedItem, type ProFormaLine } from "./what-if";
import { isFullOf, parseAsChanges } from "./what-if-url";

export interface WhatIfModel {
  items: readonly ChangedItem[];
  /** Null while something is being read, or where `problem` says why there are none. */
  lines: readonly ProFormaLine[] | null;
  problem: string | null;
  isFull: boolean;
  has: (key: string) => boolean;
  change: (key: string, change: WhatIfChange) => void;
  discard: (key: string | null) => void;
}

const NO_DEBTS: SecuredDebts =
  { outstanding: new Float64Array(), collateral: new Float64Array() };

const netOf = (basis: WhatIfBasis, netting: Netting): Netted => {
  const exposure = exposureOf(basis.totals);
  return netting === "portfolio" ? netByPortfolio(exposure)
    : netByInstrument(exposure, new Shortfalls(basis.debts ?? NO_DEBTS));
};

/** The version's exact totals, and its debts where netting needs them; else why there are none. */
function useBasis(drill: DrillState, netting: Netting): WhatIfBasis | string | null {
  const needsDebts = netting === "instrument";
  const { data, error } = useOperation("getSecuredDebts", { path: { id: drill.versionId } },
    { enabled: needsDebts, staleTime: Infinity });
  const { exact_totals: exact } = drill.version;
  return useMemo(() => {
    const totals = totalsFromJson(exact);
    if (!totals.ok) return "The version has no exact totals.";
    if (!needsDebts) return { totals: totals.value, debts: null };
    if (error) return "The version's debts could not be read. Try netting by portfolio.";
    if (!data) return null;
    if (!data.outstanding || !data.collateral) {
      return "The version has too many debts to net them here. Try netting by portfolio.";
    }
    return { totals: totals.value, debts: {
      outstanding: Float64Array.from(data.outstanding, amountUnitsNumber),
      collateral: Float64Array.from(data.collateral, amountUnitsNumber) } };
  }, [exact, needsDebts, data, error]);
}

const REASONS: { readonly [code: string]: string } = {
  AMOUNT_OUT_OF_RANGE: "An amount is beyond 900,000,000,000,000.",
  PART_NOT_FOUND: "A change names a part that its record does not have.",
  DEBT_NOT_FOUND: "A changed record is not one of this version's debts.",
};

type Outcome = Pick<WhatIfModel, "lines" | "problem">;

function outcomeOf(
  basis: WhatIfBasis | string | null, items: readonly ChangedItem[], isWhole: boolean,
  drill: DrillState, netting: Netting,
): Outcome {
  if (typeof basis === "string") return { lines: null, problem: basis };
  if (basis === null || !isWhole || items.length === 0) return { lines: null, problem: null };
  const changed = whatIf(basis, items);
  if (!changed.ok) return { lines: null, problem: REASONS[changed.error.code] ?? null };
  return { problem: null, lines: proFormaLines(
    netOf(basis, netting), netOf(changed.value, netting), drill.view.rows) };
}

/** Changes of single records, kept in the address, and what they would make of the figures. */
export function useWhatIf(drill: DrillState): WhatIfModel {
  const [changes, setChanges] = useQueryState("whatif", parseAsChanges.withDefault([]));
  const { versionId, view: { basis: { netting } } } = drill;
  const ids = useMemo(() =>
    [...new Set(changes.map(({ key }) => key.split(":")[0] as string))], [changes]);
  const answers = useOperations("getRecord",
    ids.map((recordId) => ({ path: { id: versionId, recordId } })), { staleTime: Infinity });
  const failed = answers.find((answer) => answer.error);
  // The records themselves never change: which of them are there is all that can.
  const known = answers.map((answer) => answer.data?.normalized?.record_id ?? "").join();
  const items = useMemo(() => {
    const records = new Map(answers.map((answer, index) =>
      [ids[index], answer.data?.normalized?.payload as NormalizedRecord | undefined]));
    return changes.flatMap(({ key, change }) => {
      const record = records.get(key.split(":")[0]);
      const item = record === undefined ? null : itemOf(key, change, record);
      return item === null ? [] : [item];
    });
    // eslint-disable-next-line react-hooks/exhaustive-deps -- `answers` is new at every drawing
  }, [changes, ids, known]);
  const basis = useBasis(drill, changes.length === 0 ? "portfolio" : netting);
  const isWhole = items.length === changes.length;
  const outcome = useMemo(() => outcomeOf(basis, items, isWhole, drill, netting),
    [basis, items, isWhole, drill, netting]);
  const isRead = answers.every((answer) => !answer.isPending);
  return {
    items, lines: outcome.lines, isFull: isFullOf(changes),
    problem: failed ? "A changed record could not be read; it may be of another version."
      : isRead && !isWhole ? "A change is of something that cannot be changed here."
        : outcome.problem,
    has: (key) => changes.some((one) => one.key === key),
    change: (key, change) => void setChanges((now) => now.some((one) => one.key === key)
      ? now.map((one) => one.key === key ? { key, change } : one) : [...now, { key, change }]),
    discard: (key) => void setChanges((now) => {
      const left = now.filter((one) => key !== null && one.key !== key);
      return left.length === 0 ? null : left;
    }),
  };
}
