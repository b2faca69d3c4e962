"use client";

import type { ResponseOf } from "@/lib/contract/operations";
import Link from "next/link";
import { Card } from "@/components/ui/card";
import { CopyButton } from "@/components/ui/copy-button";
import { HashText } from "@/components/ui/figure";
import { money, plural } from "@/components/ui/format";

type EngineVersion = ResponseOf<"getEngineVersion">;

export function FormulasCard({ version }: { version: EngineVersion }) {
  return (
    <Card id="formulas" className="c12" title="Formulas" flush
      sub="Each with numbers to try and its limits">
      <ul className="list">
        {version.formulas.map(({ section, title, href }) => (
          <li key={href}>
            <div className="grow"><Link href={href}>{title}</Link></div>
            <span className="hint">Section {section}</span>
          </li>
        ))}
      </ul>
    </Card>
  );
}

type Golden = EngineVersion["golden"][number];
type Figures = {
  debt_exposure: { net_exposure_after_recovery: number };
  stress_tests: { loss_estimate: number }[];
};

/** Golden outputs are the model's own results: they have its members. */
const worstLoss = (outputs: unknown): number =>
  Math.max(0, ...(outputs as Figures).stress_tests.map((stress) => stress.loss_estimate));
const netOf = (outputs: unknown): number =>
  (outputs as Figures).debt_exposure.net_exposure_after_recovery;

/** Inputs and outputs that the version is held to. */
export function GoldenCard({ version }: { version: EngineVersion }) {
  return (
    <Card id="golden" className="c12" flush
      title={`${plural(version.golden.length, "golden portfolio")}, each under both nettings`}
      sub={"Exposure, stress, findings, attribution, tornado, grid and reverse stress of each are kept. "
        + "A byte that changes needs a new engine version"}>
      <div className="table-wrap sticky-1" tabIndex={0} role="region" aria-label="Golden outputs">
        <table className="tall">
          <thead>
            <tr>
              <th scope="col">Portfolio</th><th scope="col">Netting</th>
              <th scope="col" className="num">Net exposure</th>
              <th scope="col" className="num">Worst loss</th>
              <th scope="col">SHA-256 of the outputs</th><th scope="col">Case</th>
            </tr>
          </thead>
          <tbody>
            {version.golden.flatMap((one) => (["portfolio", "instrument"] as const).map((netting) => (
              <GoldenRow key={`${one.id} ${netting}`} one={one} netting={netting} />
            )))}
          </tbody>
        </table>
      </div>
    </Card>
  );
}

function GoldenRow({ one, netting }: { one: Golden; netting: "portfolio" | "instrument" }) {
  const outputs = one.outputs[netting];
  return (
    <tr>
      <th scope="row" className="wrap-cell">{one.title}</th>
      <td>{netting}</td>
      <td className="num">{money(netOf(outputs))}</td>
      <td className="num">{money(worstLoss(outputs))}</td>
      <td><HashText short value={one.sha256[netting]} copy="the hash of the outputs" /></td>
      <td>
        <CopyButton small what={`${one.title}, ${netting}: inputs and outputs as JSON`}
          text={JSON.stringify({ id: one.id, records: one.records, parameters: one.parameters,
            netting, outputs }, null, 2)}>
          Copy JSON
        </CopyButton>
      </td>
    </tr>
  );
}

/** The same for what is computed beside the stress of a portfolio. */
export function GoldenAnalysesCard({ version }: { version: EngineVersion }) {
  const { golden_analyses: cases } = version;
  if (cases.length === 0) return null;
  return (
    <Card id="golden-analyses" className="c12" flush
      title={plural(cases.length, "golden analysis", "golden analyses")}
      sub={`${cases.some(({ section }) => section === 4) ? "Segment shocks, credit" : "Credit"
      } loss, IRB capital, concentration, KPIs and projection`}>
      <div className="table-wrap sticky-1" tabIndex={0} role="region" aria-label="Golden analyses">
        <table className="tall">
          <thead>
            <tr>
              <th scope="col">Analysis</th><th scope="col" className="num">Section</th>
              <th scope="col">SHA-256 of the output</th><th scope="col">Case</th>
            </tr>
          </thead>
          <tbody>
            {cases.map(({ id, title, section, output, sha256 }) => (
              <tr key={id}>
                <th scope="row" className="wrap-cell">{title}</th>
                <td className="num">{section}</td>
                <td><HashText short value={sha256} copy="the hash of the output" /></td>
                <td>
                  <CopyButton small what={`${title}: output as JSON`}
                    text={JSON.stringify({ id, section, output }, null, 2)}>
                    Copy JSON
                  </CopyButton>
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </Card>
  );
}
