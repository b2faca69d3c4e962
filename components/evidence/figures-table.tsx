import { Na } from "@/components/ui/na";
import { figureText, type FigureRow } from "./formulas";

interface FiguresTableProps {
  label: string;
  rows: readonly FigureRow[];
  /** Of all results that are amounts; not said where there are none. */
  currency?: string;
}

/** Whether what is shown leaves no digit out; the recorded content has all of them too. */
const isShownInFull = ({ unit, value }: FigureRow): boolean => unit === "count"
  || (unit === "amount" && Number(value.toFixed(2)) === value);

/** Each figure with its formula, the values in it, and the recorded result. */
export function FiguresTable({ label, rows, currency }: FiguresTableProps) {
  return (
    <div className="table-wrap" tabIndex={0} role="region" aria-label={label}>
      <table className="tall figures">
        <thead>
          <tr>
            <th scope="col">Figure</th>
            <th scope="col">Formula with values</th>
            <th scope="col" className="num">{currency ? `Result, ${currency}` : "Result"}</th>
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr key={row.id}>
              <th scope="row">{row.name}</th>
              <td className="wrap-cell">
                {row.formula}<span className="values">{row.values}</span>
              </td>
              <td className={row.isAnswer ? "num strong" : "num"}>
                {row.reason ? <Na reason={row.reason} /> : (
                  <span data-tip={isShownInFull(row) ? undefined : String(row.value)}>
                    {figureText(row.unit, row.value)}
                  </span>
                )}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
