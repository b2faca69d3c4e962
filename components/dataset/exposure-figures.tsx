"use client";

import Link from "next/link";
import { newestByPortfolio, RUNS_LOOKED_AT } from "@/components/run/run-words";
import { Card } from "@/components/ui/card";
import { FigureLink } from "@/components/ui/figure";
import {
  compactNumber, money, NARROW, percent, percentOf, plural, ratio, shortId,
} from "@/components/ui/format";
import { Na } from "@/components/ui/na";
import { useOperation } from "@/lib/client/hooks";
import { exposedRecords } from "./types";
import type { Exposure, Version } from "./types";

const FORMULAS = "/docs/model#exposure";

interface Figure {
  name: string;
  symbol: string;
  formula: string;
  /** The formula with this version's values. */
  filled: string;
  value: string | null;
  reason?: string;
  strong?: boolean;
}

const rate = (value: number): string => percent(value, { decimals: 2 });

function debtFigures(exposure: Exposure, records: number): Figure[] {
  const owed = money(exposure.total_outstanding);
  const collateral = money(exposure.collateral_value);
  return [
    { name: "Outstanding", symbol: "O", formula: "Σ principal",
      filled: plural(records, "record"), value: owed, strong: true },
    { name: "Interest rate", symbol: "r", formula: "Σ (principal × rate) / O",
      filled: "weighted by principal",
      value: exposure.total_outstanding > 0 ? rate(exposure.interest_rate_pct) : null,
      reason: "Nothing is owed" },
    { name: "Interest a year", symbol: "", formula: "O × r / 100",
      filled: `${owed} × ${compactNumber(exposure.interest_rate_pct, 6)}${NARROW}%`,
      value: money(exposure.interest_payment) },
    { name: "Collateral", symbol: "C", formula: "Σ collateral value",
      filled: plural(records, "record"), value: collateral },
    { name: "Collateral shortfall", symbol: "", formula: "max(0, O − C)",
      filled: `${owed} − ${collateral}`, value: money(exposure.collateral_shortfall) },
    { name: "Collateral coverage", symbol: "", formula: "C / O",
      filled: `${collateral} / ${owed}`,
      value: exposure.total_outstanding > 0 ? percentOf(exposure.collateral_coverage_ratio) : null,
      reason: "Nothing is owed" },
    { name: "Assets", symbol: "A", formula: "Σ assets value", filled: plural(records, "record"),
      value: exposure.assets_value > 0 ? money(exposure.assets_value) : null,
      reason: "The tape gives no value of assets" },
    { name: "Leverage", symbol: "", formula: "O / A",
      filled: `${owed} / ${money(exposure.assets_value)}`,
      value: exposure.assets_value > 0 ? ratio(exposure.leverage_ratio) : null,
      reason: "The tape gives no value of assets" },
  ];
}

function recoveryFigures(exposure: Exposure): Figure[] {
  const value = money(exposure.distressed_asset_value);
  const recovery = money(exposure.distressed_asset_recovery);
  const none = exposure.distressed_asset_count === 0;
  const reason = "The tape gives no distressed assets";
  return [
    { name: "Distressed assets", symbol: "V", formula: "Σ distressed value",
      filled: plural(exposure.distressed_asset_count, "asset"), value: none ? null : value, reason },
    { name: "Expected recovery", symbol: "R", formula: "Σ (value × recovery rate) / 100",
      filled: plural(exposure.distressed_asset_count, "asset"), value: none ? null : recovery,
      reason },
    { name: "Recovery ratio", symbol: "", formula: "R / V", filled: `${recovery} / ${value}`,
      value: exposure.distressed_asset_value > 0
        ? percentOf(exposure.distressed_asset_recovery_ratio) : null, reason },
    { name: "Net exposure after recovery", symbol: "N", formula: "max(0, O − (C + R))",
      filled: `${money(exposure.total_outstanding)} − `
        + `(${money(exposure.collateral_value)} + ${recovery})`,
      value: money(exposure.net_exposure_after_recovery), strong: true },
  ];
}

/** The evidence that holds these figures: of a run that nets as they do, by portfolio. */
function useRecorded(versionId: string): { evidenceId: string | null; isRead: boolean } {
  const runs = useOperation("listRuns",
    { query: { dataset_version_id: versionId, limit: RUNS_LOOKED_AT } });
  const runId = newestByPortfolio(runs.data?.items);
  const run = useOperation("getRun", { path: { id: runId ?? "" } },
    { enabled: runId !== null, staleTime: Number.POSITIVE_INFINITY });
  return { evidenceId: run.data?.debt_exposure_evidence_id ?? null,
    isRead: runs.isSuccess && runId === null };
}

function EvidenceLink({ evidenceId, isRead }: ReturnType<typeof useRecorded>) {
  if (evidenceId) {
    return (
      <span>
        Recorded as evidence <Link className="mono" href={`/evidence/${evidenceId}`}>
          {shortId(evidenceId)}</Link>
      </span>
    );
  }
  return <span>{isRead ? "Not recorded as evidence yet: no run by portfolio" : ""}</span>;
}

/** The consolidated exposure, each figure with its formula and values. */
export function ExposureFigures({ version, exposure, className }: {
  version: Version; exposure: Exposure; className?: string;
}) {
  const recorded = useRecorded(version.dataset_version_id);
  const href = recorded.evidenceId ? `/evidence/${recorded.evidenceId}` : FORMULAS;
  const figures = [
    ...debtFigures(exposure, exposedRecords(version)), ...recoveryFigures(exposure)];
  const owed = exposure.total_outstanding;
  const share = owed > 0 ? exposure.net_exposure_after_recovery / owed : null;
  return (
    <Card
      id="exposure"
      className={className}
      title={share === null ? "Nothing is owed in this version"
        : `${percentOf(share)} of what is owed is not covered`}
      sub={`Consolidated exposure in ${version.base_currency}, `
        + `${plural(exposedRecords(version), "normalized record")} added exactly`}
      terms={["outstanding", "coverage", "shortfall", "leverage", "recovery", "net-exposure"]}
      foot={<EvidenceLink {...recorded} />}
      flush
    >
      <div className="table-wrap sticky-1" tabIndex={0} role="region" aria-label="Exposure table">
        <table>
          <thead>
            <tr>
              <th scope="col">Figure</th><th scope="col">Formula</th>
              <th scope="col" className="num">With values</th>
              <th scope="col" className="num">Result</th>
            </tr>
          </thead>
          <tbody>
            {figures.map((figure) => (
              <tr key={figure.name}>
                <th scope="row" className={figure.strong ? "strong" : undefined}>{figure.name}</th>
                <td className="muted">
                  {figure.symbol ? `${figure.symbol} = ` : ""}{figure.formula}
                </td>
                <td className="num muted">{figure.filled}</td>
                <td className={figure.strong ? "num strong" : "num"}>
                  {figure.value === null ? <Na reason={figure.reason ?? "Not known"} />
                    : <FigureLink href={href}>{figure.value}</FigureLink>}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </Card>
  );
}
