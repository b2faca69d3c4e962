"use client";

import { Dialog } from "@/components/ui/dialog";
import { shortId } from "@/components/ui/format";
import type { MoneyScale } from "@/components/ui/format";
import { Na } from "@/components/ui/na";
import type { Edit } from "./edits";
import type { BenchView, RecordedRun } from "./figures";
import { scenarioName } from "@/lib/risk/scenario-name";

export interface CompareDialogProps {
  run: RecordedRun;
  view: BenchView;
  edits: readonly Edit[];
  scale: MoneyScale;
  onClose: () => void;
}

interface Pair {
  id: string;
  name: string;
  recorded: number | null;
  preview: number | null;
}

function pairsOf(run: RecordedRun, view: BenchView): Pair[] {
  const recorded = run.report.stress_tests;
  const shown = view.rows.map((row): Pair => ({
    id: row.scenario.scenario_id,
    name: scenarioName(row.scenario.scenario_id),
    recorded: recorded.find((stress) => stress.scenario_id === row.scenario.scenario_id)
      ?.loss_estimate ?? null,
    preview: row.stress.loss_estimate,
  }));
  const gone = recorded
    .filter((stress) => !shown.some((pair) => pair.id === stress.scenario_id))
    .map((stress): Pair => ({ id: stress.scenario_id, name: scenarioName(stress.scenario_id),
      recorded: stress.loss_estimate, preview: null }));
  return [
    ...shown, ...gone,
    { id: "", name: "Line for stress losses", recorded: stressLine(run), preview: view.lossLine },
    { id: " ", name: "Line for net exposure", recorded: netLine(run), preview: view.netLine },
  ];
}

const owed = (run: RecordedRun) => Math.max(1, run.report.debt_exposure.total_outstanding);
const stressLine = (run: RecordedRun) =>
  owed(run) * run.report.metadata.parameters.stress_loss_materiality_threshold_pct;
const netLine = (run: RecordedRun) =>
  owed(run) * run.report.metadata.parameters.net_exposure_materiality_threshold_pct;

function changeText({ recorded, preview }: Pair, scale: MoneyScale): string {
  if (recorded === null) return "new";
  if (preview === null) return "off";
  return recorded === preview ? "same" : scale.signed(preview - recorded);
}

function CompareRow({ pair, scale }: { pair: Pair; scale: MoneyScale }) {
  const change = changeText(pair, scale);
  const isNew = pair.recorded !== pair.preview;
  return (
    <tr>
      <th scope="row">{pair.name}</th>
      <td className="num">
        {pair.recorded === null ? <Na reason="The recorded run does not have this scenario." />
          : scale.format(pair.recorded)}
      </td>
      <td className="num">
        {pair.preview === null ? <Na reason="The scenario is off or removed." />
          : isNew ? <span className="pv-num">{scale.format(pair.preview)}</span>
            : scale.format(pair.preview)}
      </td>
      <td className="num strong">{change}</td>
    </tr>
  );
}

/** Recorded beside preview, scenario by scenario, and what was edited between them. */
export function CompareDialog({ run, view, edits, scale, onClose }: CompareDialogProps) {
  return (
    <Dialog
      open
      size="wide"
      onOpenChange={(open) => (open ? undefined : onClose())}
      title="Preview against the recorded run"
      sub={`Stress losses in ${scale.label}; run ${shortId(run.run_id)}`}
    >
      <div className="table-wrap compare-table" tabIndex={0} role="region" aria-label="Comparison">
        <table>
          <thead>
            <tr>
              <th scope="col">Scenario</th>
              <th scope="col" className="num">Recorded</th>
              <th scope="col" className="num">Preview</th>
              <th scope="col" className="num">Change</th>
            </tr>
          </thead>
          <tbody>
            {pairsOf(run, view).map((pair) => (
              <CompareRow key={pair.id} pair={pair} scale={scale} />
            ))}
          </tbody>
        </table>
      </div>
      <h3 className="label">Edits</h3>
      <ul className="edits">
        {edits.map((edit) => (
          <li key={edit.id}>
            {edit.label}
            <span className="num">{edit.before ? <s>{edit.before} to </s> : null}{edit.after}</span>
          </li>
        ))}
      </ul>
    </Dialog>
  );
}
