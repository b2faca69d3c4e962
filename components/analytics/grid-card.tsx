"use client";

import { ChartCard } from "@/components/chart/chart-card";
import { HeatGrid } from "@/components/chart/heat-grid";
import { useRoving } from "@/components/chart/use-roving";
import { Readout } from "@/components/chart/xy-plot";
import { nameInText } from "@/lib/risk/scenario-name";
import { Field, Select } from "@/components/ui/field";
import { percentOf, plural } from "@/components/ui/format";
import { NumberInput } from "@/components/ui/number-input";
import {
  asFraction, asPercent, SHOCK_LABELS, shockInWords, shownShock,
} from "@/components/workbench/words";
import type { LossGrid, Shocks } from "@/lib/risk";
import { AxisFields } from "./axis-fields";
import { FormulaLink } from "./parts";
import type { Basis } from "./use-basis";
import { STEP_CHOICES } from "./use-grid";
import type { GridAxes } from "./use-grid";

const nearly = (a: number, b: number): boolean => Math.abs(a - b) < 1e-9;

/** "87 of 121 combinations lose 5 % of what is owed or more" */
export function gridTitle(grid: LossGrid, line: number, lineAmount: number): string {
  const losses = grid.loss.flat();
  const most = Math.max(0, ...losses);
  if (most <= 0) return "No combination of the two shocks loses anything";
  const share = percentOf(line, { decimals: Number.isInteger(asPercent(line)) ? 0 : 1 });
  const over = losses.filter((loss) => loss >= lineAmount).length;
  if (over === 0) return `No combination loses ${share} of what is owed`;
  if (over === losses.length) return `Every combination loses ${share} of what is owed or more`;
  return `${over} of ${plural(losses.length, "combination")} lose ${share} of what is owed or more`;
}

function GridInputs({ axes }: { axes: GridAxes }) {
  return (
    <div className="ana-grid-inputs">
      <AxisFields side="Across" axis={axes.x} onShock={axes.setX}
        onRange={(end, value) => axes.setRange("x", end, value)} />
      <AxisFields side="Down" axis={axes.y} onShock={axes.setY}
        onRange={(end, value) => axes.setRange("y", end, value)} />
      <div className="ana-axis">
        <Field label="Points">
          <Select value={String(axes.steps)} onChange={(next) => axes.setSteps(Number(next))}
            options={STEP_CHOICES.map((steps) => ({ value: String(steps),
              label: `${steps} by ${steps}` }))} />
        </Field>
        <Field label="Line">
          <NumberInput label="Line" unit="%" min={0} max={100} required
            value={asPercent(axes.line)}
            onChange={(value) => {
              if (value !== null) axes.setLine(asFraction(value));
            }} />
        </Field>
      </div>
    </div>
  );
}

interface Cell { row: number; column: number }

/** The cell of the scenario's own shocks, where the grid has it. */
function cellOf({ scenario }: Basis, grid: LossGrid, { x, y }: GridAxes): Cell | null {
  const column = grid.x.findIndex((value) => nearly(value, scenario[x.shock]));
  const row = grid.y.findIndex((value) => nearly(value, scenario[y.shock]));
  return row >= 0 && column >= 0 ? { row, column } : null;
}

/** A cell's shocks become the scenario's, which every card of the tab shows. */
function take(basis: Basis, grid: LossGrid, { x, y }: GridAxes, { row, column }: Cell): void {
  basis.setShocks({ [x.shock]: grid.x[column], [y.shock]: grid.y[row] });
}

const idOf = ({ row, column }: Cell): string => `${row} ${column}`;

function Grid({ basis, grid, axes, lineAmount }: {
  basis: Basis; grid: LossGrid; axes: GridAxes; lineAmount: number;
}) {
  const { scale, exposure } = basis;
  const { x, y } = axes;
  const roving = useRoving(grid.x.length * grid.y.length, grid.x.length);
  const shockText = (name: keyof Shocks, value: number): string => shockInWords(name, value);
  const cellLabel = (row: number, column: number): string => {
    const loss = grid.loss[row]?.[column] ?? 0;
    return `${SHOCK_LABELS[x.shock]} ${shockText(x.shock, grid.x[column] ?? 0)}, `
      + `${SHOCK_LABELS[y.shock].toLowerCase()} ${shockText(y.shock, grid.y[row] ?? 0)}: `
      + `loss ${scale.format(loss)} ${scale.label}, `
      + `${percentOf(exposure.total_outstanding > 0 ? loss / exposure.total_outstanding : null)} `
      + "of what is owed";
  };
  const active = roving.active;
  return (
    <>
      <HeatGrid
        label={`Loss over ${SHOCK_LABELS[x.shock]} and ${SHOCK_LABELS[y.shock]}, ${scale.label}`}
        x={{ name: SHOCK_LABELS[x.shock],
          labels: grid.x.map((value) => shockText(x.shock, value)) }}
        y={{ name: SHOCK_LABELS[y.shock],
          labels: grid.y.map((value) => shockText(y.shock, value)) }}
        values={grid.loss}
        format={scale.format}
        cellLabel={cellLabel}
        line={lineAmount}
        selected={cellOf(basis, grid, axes)}
        onSelect={(row, column) => take(basis, grid, axes, { row, column })}
        roving={roving}
      />
      <Readout
        text={active === null ? null
          : cellLabel(Math.floor(active / grid.x.length), active % grid.x.length)}
        hint="Arrow keys move between cells; Enter takes a cell's shocks into the scenario."
      />
    </>
  );
}

/** Loss over two shocks' ranges, the others as in the scenario. */
export function GridCard({ basis, grid, axes }: {
  basis: Basis; grid: LossGrid; axes: GridAxes;
}) {
  const { scale, exposure } = basis;
  const lineAmount = Math.max(1, exposure.total_outstanding) * axes.line;
  const { x, y } = axes;
  const chosen = cellOf(basis, grid, axes);
  const unit = (name: keyof Shocks) => (name === "interest_rate_delta_pct" ? "pts" : "%");
  return (
    <ChartCard
      id="grid"
      terms={["sensitivity", "loss"]}
      title={gridTitle(grid, axes.line, lineAmount)}
      sub={`Loss in ${scale.label}; the other shocks as in the ${nameInText(basis.name)}; `
        + "outlined: the line is reached"}
      subject="loss grid"
      foot={<FormulaLink section="sensitivity" />}
      selectedId={chosen && idOf(chosen)}
      onSelect={(id) => {
        const [row = 0, column = 0] = id.split(" ").map(Number);
        take(basis, grid, axes, { row, column });
      }}
      table={{
        ids: grid.loss.flatMap((line, row) => line.map((_, column) => idOf({ row, column }))),
        columns: [
          { label: SHOCK_LABELS[x.shock], unit: unit(x.shock) },
          { label: SHOCK_LABELS[y.shock], unit: unit(y.shock), number: true },
          { label: "Loss", unit: scale.label, csvUnit: scale.label.split(" ")[0], number: true,
            format: scale.format },
        ],
        rows: grid.loss.flatMap((line, row) => line.map((loss, column) => [
          shownShock(x.shock, grid.x[column] ?? 0), shownShock(y.shock, grid.y[row] ?? 0), loss])),
      }}
    >
      <GridInputs axes={axes} />
      <Grid basis={basis} grid={grid} axes={axes} lineAmount={lineAmount} />
    </ChartCard>
  );
}
