import type { BarListProps } from "@/components/chart/bar-list";
import type { MoneyScale } from "@/components/ui/format";
import { attributeLoss } from "@/lib/risk";
import { driverOf, fineFormat, isLoss } from "./drill";
import type { Basis, DrillFigure, DrillGroup } from "./drill";
import type { BenchView, ScenarioFigures, Version } from "./figures";
import type { SetBenchUrl } from "./use-bench-url";
import { nameInText, scenarioName } from "@/lib/risk/scenario-name";

/** Everything that the steps of the drawer need to know about the figure in question. */
export interface DrillState {
  figure: DrillFigure;
  group: DrillGroup;
  segment: string | null;
  instrument: string | null;
  set: SetBenchUrl;
  version: Version;
  versionId: string;
  isSingleRecord: boolean;
  view: BenchView;
  /** The scenario of a loss; null for figures of the exposure. */
  row: ScenarioFigures | null;
  basis: Basis;
  /** The shown figure in currency units. */
  amount: number;
  /** Set when the figure is recorded. */
  evidenceId: string | null;
  /** The amount as text. */
  shown: string;
  subject: string;
  scale: MoneyScale;
  format: (value: number, shown?: number) => string;
}

const WORDS: Partial<Record<DrillFigure, string>> = {
  net: "Net exposure", outstanding: "Outstanding", collateral: "Collateral", recovery: "Recovery",
};

export function amountOf(
  figure: DrillFigure, view: BenchView, row: ScenarioFigures | null,
): number {
  const { exposure } = view;
  switch (figure) {
    case "outstanding": return exposure.total_outstanding;
    case "collateral": return exposure.collateral_value;
    case "recovery": return exposure.distressed_asset_recovery;
    case "net": return exposure.net_exposure_after_recovery;
    case "loss": return row?.stress.loss_estimate ?? 0;
    default: {
      const driver = driverOf(figure);
      return row && driver && view.netted && !row.scenario.segment_shocks
        ? attributeLoss(view.netted, row.scenario).drivers[driver] : 0;
    }
  }
}

function subjectOf(figure: DrillFigure, row: ScenarioFigures | null, scale: MoneyScale): string {
  const id = row?.scenario.scenario_id;
  const driver = driverOf(figure);
  if (driver && id) return `Part of the ${nameInText(id)} loss due to ${driver}, in ${scale.label}`;
  if (isLoss(figure) && id) return `${scenarioName(id)}, loss in ${scale.label}`;
  return `${WORDS[figure] ?? "Figure"} in ${scale.label}`;
}

export interface DrillInput {
  figure: DrillFigure;
  url: { group: DrillGroup; segment: string | null; instrument: string | null };
  set: SetBenchUrl;
  version: Version;
  view: BenchView;
  row: ScenarioFigures | null;
  scale: MoneyScale;
}

export function drillStateOf(input: DrillInput): DrillState {
  const { figure, url, set, version, view, scale } = input;
  const row = isLoss(figure) ? input.row : null;
  const amount = amountOf(figure, view, row);
  return {
    figure, set, version, view, row, scale, amount,
    group: url.group, segment: url.segment, instrument: url.instrument,
    versionId: version.dataset_version_id,
    isSingleRecord: version.counts.normalized === 1,
    basis: row?.basis ?? view.basis,
    evidenceId: isLoss(figure) ? row?.evidenceId ?? null : view.exposureEvidenceId,
    shown: scale.format(amount),
    subject: subjectOf(figure, row, scale),
    format: fineFormat(scale),
  };
}

export function figureColour(figure: DrillFigure): NonNullable<BarListProps["colour"]> {
  switch (figure) {
    case "loss-collateral": return "collateral";
    case "loss-recovery": return "recovery";
    case "loss-default": return "default";
    default: return figure;
  }
}

