import { KeyValueList } from "@/components/ui/figure";
import { count, date, money, plural } from "@/components/ui/format";
import { Na } from "@/components/ui/na";
import type { ResponseOf } from "@/lib/contract/operations";
import type { CollateralRecord, ObligorRecord, SupplementRecord } from "@/lib/kernel/record";
import { fieldWord, groupValue } from "./words";
import "./dataset.css";

type Joined = ResponseOf<"getRecord">;
const absent = <Na reason="The tape does not give it" />;
const amount = (value: number | undefined) => (value === undefined ? absent : money(value));

/** Who owes a joined loan. */
export function Obligor({ record }: { record: NonNullable<Joined["obligor"]> }) {
  const obligor = record.payload as ObligorRecord;
  return (
    <section className="stack record-part" aria-label="Obligor">
      <h3>Obligor <span className="muted">row {count(record.row)}</span></h3>
      <KeyValueList items={[
        { key: "Id", value: obligor.obligor_id ?? absent },
        { key: "Name", value: obligor.name ?? absent },
        { key: "Group", value: obligor.obligor_group ?? absent },
        { key: "Sector", value: obligor.sector ?? absent },
        { key: "Country", value: obligor.country === undefined ? absent
          : groupValue("country", obligor.country) },
        { key: "LEI", value: obligor.legal_entity_identifier ?? absent },
      ]} />
    </section>
  );
}

/** What secures a joined loan: each with its latest valuation and what ranks before it. */
export function Collaterals({ records, quiet = false }: {
  records: Joined["collaterals"];
  /** Among other things: without a heading of its own. */
  quiet?: boolean;
}) {
  const title = plural(records.length, "collateral");
  return (
    <section className="stack record-part" aria-label="Collateral of the loan">
      {quiet ? <p className="hint">{title}: latest valuation, less prior liens</p>
        : <h3>{title} <span className="muted">latest valuation, less prior liens</span></h3>}
      <div className="table-wrap" tabIndex={0} role="region" aria-label="Collateral table">
        <table>
          <thead>
            <tr>
              <th scope="col">Collateral</th><th scope="col">Type</th>
              <th scope="col">Valued</th><th scope="col" className="num">Valuation</th>
              <th scope="col" className="num">Lien</th>
              <th scope="col" className="num">Prior liens</th>
              <th scope="col" className="num">Value</th>
              <th scope="col" className="num">Guarantee</th>
              <th scope="col" className="num">Row</th>
            </tr>
          </thead>
          <tbody>
            {records.map((record) => {
              const one = record.payload as CollateralRecord;
              return (
                <tr key={record.record_id}>
                  <th scope="row" className="mono">{one.collateral_id ?? absent}</th>
                  <td>{one.collateral_type ?? absent}</td>
                  <td>{one.collateral_valuation_date ? date(one.collateral_valuation_date)
                    : absent}</td>
                  <td className="num">{amount(one.valuation_amount)}</td>
                  <td className="num">{one.lien_position ?? absent}</td>
                  <td className="num">{amount(one.prior_liens)}</td>
                  <td className="num">{amount(one.collateral_value)}</td>
                  <td className="num">{amount(one.guarantee_value)}</td>
                  <td className="num">{count(record.row)}</td>
                </tr>
              );
            })}
          </tbody>
        </table>
      </div>
    </section>
  );
}

/** What further tables say of a loan and its collaterals, a row of theirs each. */
export function SupplementList({ records }: { records: Joined["supplements"] }) {
  return (
    <section className="stack record-part" aria-label="More of the loan and its collateral">
      {records.map((record) => {
        const { template, collateral_id: collateral, currency, details } =
          record.payload as SupplementRecord;
        return (
          <section key={record.record_id} className="stack">
            <h3>{fieldWord(template)}{" "}
              <span className="muted">{collateral === undefined ? "" : `on ${collateral}, `}
                row {count(record.row)}</span></h3>
            <KeyValueList items={Object.entries(details).map(([field, value]) =>
              ({ key: fieldWord(field), value: detailText(field, value, currency) }))} />
          </section>
        );
      })}
    </section>
  );
}

function detailText(field: string, value: string | number, currency: string | undefined): string {
  if (typeof value === "number") return currency ? `${money(value)} ${currency}` : money(value);
  return /(^|_)date(_|$)/.test(field) && /^\d{4}-\d{2}-\d{2}$/.test(value) ? date(value) : value;
}
