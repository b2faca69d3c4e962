"use client";

import { useMemo } from "react";
import { useQueryState } from "nuqs";
import type { NormalizedRecord } from "@/lib/kernel/record";
import { useOperation, useOperations } from "@/lib/client/hooks";
import {
  amountUnitsNumber, changedRecords, exposureOf, netByInstrument, netByPortfolio, Shortfalls,
  totalsFromJson, whatIf, type Netted, type Netting, type SecuredDebts,
  type WhatIfBasis, type WhatIfChange,
} from "@/lib/risk";
import { scenarioName } from "@/lib/risk/scenario-name";
import type { Version } from "./figures";
import { useSegmentTotals, type SegmentTotals, type WhatIfSubject } from "./use-segment-totals";
import { itemOf, lossLine, proFormaLines, type ChangedItem, type ProFormaLine } from "./what-if";
import { isFullOf, parseAsChanges, roomBeside, type UrlChange } from "./what-if-url";

export interface WhatIfModel {
  items: readonly ChangedItem[];
  /** Null while something is being read, or where `problem` says why there are none. */
  lines: readonly ProFormaLine[] | null;
  problem: string | null;
  /** Scenarios whose loss cannot be compared, and why. */
  leftOut: readonly { name: string; why: string }[];
  isFull: boolean;
  /** How many more things fit into the address. */
  room: number;
  has: (key: string) => boolean;
  change: (key: string, change: WhatIfChange) => void;
  /** Changes, or begins to, several things at once. */
  changeAll: (changes: readonly UrlChange[]) => void;
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
function useBasis(version: Version, netting: Netting): WhatIfBasis | string | null {
  const needsDebts = netting === "instrument";
  const { data, error } = useOperation("getSecuredDebts", { path: { id: version.dataset_version_id } },
    { enabled: needsDebts, staleTime: Infinity });
  const { exact_totals: exact } = version;
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

type Outcome = Pick<WhatIfModel, "lines" | "problem" | "leftOut">;
const NOTHING: Outcome = { lines: null, problem: null, leftOut: [] };

function outcomeOf(
  basis: WhatIfBasis | string | null, items: readonly ChangedItem[], isWhole: boolean,
  { netting, scenarios }: WhatIfSubject, segments: SegmentTotals,
): Outcome {
  if (typeof basis === "string") return { ...NOTHING, problem: basis };
  if (basis === null || !isWhole || items.length === 0) return NOTHING;
  const [records, changed] = [changedRecords(items), whatIf(basis, items)];
  if (!changed.ok) return { ...NOTHING, problem: REASONS[changed.error.code] ?? null };
  const [actual, proForma] = [netOf(basis, netting), netOf(changed.value, netting)];
  const lines = proFormaLines(actual, proForma);
  const leftOut: { name: string; why: string }[] = [];
  for (const scenario of scenarios) {
    if (!scenario.segment_shocks) {
      lines.push(lossLine(scenario, actual.stress(scenario).loss_estimate,
        proForma.stress(scenario).loss_estimate));
      continue;
    }
    const known = segments.of(scenario);
    const loss = known && records.ok ? known.lossOf({ scenario, netting, stress: known.stress,
      changes: records.value, exposure: proForma.exposure }) : null;
    if (known && loss !== null) lines.push(lossLine(scenario, known.stress.loss_estimate, loss));
    else {
      leftOut.push({ name: scenarioName(scenario.scenario_id),
        why: segments.problem ?? "Its segments are being stressed on the server." });
    }
  }
  return { problem: null, lines, leftOut };
}

/** The changes with others in their place, or behind them. */
function withChanges(now: readonly UrlChange[], given: readonly UrlChange[]): UrlChange[] {
  const all = new Map(now.map(({ key, change }) => [key, change]));
  for (const { key, change } of given) all.set(key, change);
  return [...all].map(([key, change]) => ({ key, change }));
}

/** Changes of single records, kept in the address, and what they would make of the figures. */
export function useWhatIf(subject: WhatIfSubject): WhatIfModel {
  const [changes, setChanges] = useQueryState("whatif", parseAsChanges.withDefault([]));
  const { version, netting } = subject;
  const ids = useMemo(() =>
    [...new Set(changes.map(({ key }) => key.split(":")[0] as string))], [changes]);
  const answers = useOperations("getRecord",
    ids.map((recordId) => ({ path: { id: version.dataset_version_id, recordId } })),
    { staleTime: Infinity });
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
  const basis = useBasis(version, changes.length === 0 ? "portfolio" : netting);
  const segments = useSegmentTotals(subject, changes.length > 0);
  const isWhole = items.length === changes.length;
  const outcome = useMemo(() => outcomeOf(basis, items, isWhole, subject, segments),
    [basis, items, isWhole, subject, segments]);
  const isRead = answers.every((answer) => !answer.isPending);
  return {
    items, lines: outcome.lines, leftOut: outcome.leftOut, isFull: isFullOf(changes),
    room: roomBeside(changes),
    problem: failed ? "A changed record could not be read; it may be of another version."
      : isRead && !isWhole ? "A change is of something that cannot be changed here."
        : outcome.problem,
    has: (key) => changes.some((one) => one.key === key),
    change: (key, change) => void setChanges((now) => withChanges(now, [{ key, change }])),
    changeAll: (given) => void setChanges((now) => withChanges(now, given)),
    discard: (key) => void setChanges((now) => {
      const left = now.filter((one) => key !== null && one.key !== key);
      return left.length === 0 ? null : left;
    }),
  };
}
