"use client";

import { Banner } from "@/components/ui/banner";
import { Field, TextArea } from "@/components/ui/field";
import { plural } from "@/components/ui/format";
import { SHOCK_LABELS, shockInWords } from "@/components/workbench/words";
import { SHOCK_NAMES } from "@/lib/risk";
import type { Pasted } from "./pasted-scenarios";

const SHOWN = 20;

/** Where cells of a spreadsheet go, and what was understood of them. */
export function PasteField({ text, pasted, onChange }: {
  text: string; pasted: Pasted; onChange: (text: string) => void;
}) {
  const { scenarios, problems, looksLikeFractions } = pasted;
  return (
    <>
      <Field label="Cells of a spreadsheet" hint={`Copy the cells and paste them here: ${
        "name, interest rate (points), collateral, recoveries, default risk (per cent), description"
        }; or any order with a line of heads.`}>
        <TextArea value={text} rows={5} spellCheck={false} onChange={onChange} />
      </Field>
      {problems.length > 0 ? (
        <div role="alert">
          <ul className="import-list" aria-label="Problems of the cells">
            {problems.slice(0, SHOWN).map(({ line, message }, index) => (
              <li key={index}><span><b>Line {line}.</b> {message}</span></li>
            ))}
            {problems.length > SHOWN ? <li>And {problems.length - SHOWN} more.</li> : null}
          </ul>
        </div>
      ) : null}
      {looksLikeFractions ? (
        <Banner kind="warning" icon="warn" title="Some shocks are below 1 %.">
          They are read as per cent. If −0.25 means −25 %, paste the cells formatted as per cent.
        </Banner>
      ) : null}
      {scenarios.length > 0 ? (
        <div className="table-wrap" tabIndex={0} role="region" aria-label="Scenarios understood">
          <table>
            <caption className="hint">{plural(scenarios.length, "scenario")} understood</caption>
            <thead>
              <tr>
                <th scope="col">Scenario</th>
                {SHOCK_NAMES.map((name) =>
                  <th key={name} scope="col" className="num">{SHOCK_LABELS[name]}</th>)}
              </tr>
            </thead>
            <tbody>
              {scenarios.slice(0, SHOWN).map(({ name, scenario }) => (
                <tr key={scenario.scenario_id}>
                  <th scope="row">{name}</th>
                  {SHOCK_NAMES.map((shock) => (
                    <td key={shock} className="num">{shockInWords(shock, scenario[shock])}</td>
                  ))}
                </tr>
              ))}
            </tbody>
          </table>
          {scenarios.length > SHOWN
            ? <p className="hint">And {scenarios.length - SHOWN} more.</p> : null}
        </div>
      ) : null}
    </>
  );
}
