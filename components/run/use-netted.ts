"use client";

import { useMemo } from "react";
import type { ApiError } from "@/lib/client/api";
import { useOperation } from "@/lib/client/hooks";
import { amountUnitsNumber, netByInstrument, netByPortfolio, Shortfalls } from "@/lib/risk";
import type { DebtExposure, Netted, Netting } from "@/lib/risk";

/** Why a version cannot be netted by instrument in the browser, now or at all. */
export type NettingGap =
  | { kind: "loading" }
  | { kind: "failed"; error: ApiError; retry: () => void }
  | { kind: "too many"; count: number };

export interface NettedState {
  /** The exposure under a netting; null where `gap` says why. */
  by: (netting: Netting) => Netted | null;
  /** null when the debts are there, or nobody asked for them. */
  gap: NettingGap | null;
}

/** A version's exposure under either netting; `withDebts` reads what instrument netting needs. */
export function useNetted(
  versionId: string, exposure: DebtExposure, withDebts: boolean,
): NettedState {
  const debts = useOperation("getSecuredDebts", { path: { id: versionId } },
    { enabled: withDebts, staleTime: Infinity });
  const { data } = debts;
  const shortfalls = useMemo(() => data?.outstanding && data.collateral ? new Shortfalls({
    outstanding: Float64Array.from(data.outstanding, amountUnitsNumber),
    collateral: Float64Array.from(data.collateral, amountUnitsNumber),
  }) : null, [data]);
  const by = useMemo(() => {
    const netted = { portfolio: netByPortfolio(exposure),
      instrument: shortfalls && netByInstrument(exposure, shortfalls) };
    return (netting: Netting): Netted | null => netted[netting];
  }, [exposure, shortfalls]);
  return { by, gap: withDebts && shortfalls === null ? gapOf(debts) : null };
}

function gapOf(debts: {
  data?: { count: number } | undefined; error: ApiError | null; refetch: () => unknown;
}): NettingGap {
  if (debts.data) return { kind: "too many", count: debts.data.count };
  if (!debts.error) return { kind: "loading" };
  return { kind: "failed", error: debts.error, retry: () => void debts.refetch() };
}
