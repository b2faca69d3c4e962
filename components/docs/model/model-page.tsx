"use client";

import { ShockTable } from "@/components/run/shock-table";
import { StateText } from "@/components/ui/badge";
import { Card } from "@/components/ui/card";
import { DEFAULT_SCENARIOS } from "@/lib/risk";
import { DocsPage } from "../docs-page";
import { LiveCard } from "./live-card";
import { missedOf, type LiveSection, type Preset } from "./live";
import { LIVE_SECTIONS } from "./sections";

export function ModelPage() {
  const stress = LIVE_SECTIONS.find((section) => section.id === "stress");
  return (
    <DocsPage current="/docs/model" title="Model"
      sub="Every formula, with numbers to try. What you type stays in this page.">
      <nav className="live-index" aria-label="Parts of the model">
        {LIVE_SECTIONS.map(({ id, title }) => <a key={id} href={`#${id}`}>{title}</a>)}
      </nav>
      <div className="grid">
        {stress ? <Example section={stress} /> : null}
        <Card id="defaults" title="Default scenarios" className="c12" flush
          sub="They run first, in this order, unless switched off">
          <ShockTable label="The default scenarios" scenarios={DEFAULT_SCENARIOS} withSymbols />
        </Card>
        {LIVE_SECTIONS.map((section) => <LiveCard key={section.id} section={section} />)}
      </div>
    </DocsPage>
  );
}

const computedOf = (section: LiveSection, preset: Preset) => {
  const steps = section.compute(preset.values);
  return typeof steps === "string" ? [] : steps;
};

const differing = (section: LiveSection, preset: Preset): string[] =>
  missedOf(preset, computedOf(section, preset));

/** The three default scenarios on one portfolio, beside what is published of them. */
function Example({ section }: { section: LiveSection }) {
  const { presets } = section;
  const isWhole = presets.every((preset) => differing(section, preset).length === 0);
  const heads = Object.keys(presets[0]?.published ?? {});
  return (
    <Card id="example" className="c12" flush
      title={isWhole ? "Worked example: every figure equals the published check value"
        : "Worked example: a figure differs from the published check value"}
      sub={"Outstanding 1,000,000 at 5 %, collateral 750,000, assets 2,000,000, distressed assets "
        + "200,000 at 35 % and 150,000 at 50 %: net exposure 105,000. Under each figure stands "
        + "the check value."}>
      <div className="table-wrap sticky-1" tabIndex={0} role="region" aria-label="Worked example">
        <table className="tall">
          <thead>
            <tr>
              <th scope="col">Scenario</th>
              {heads.map((name) => <th key={name} scope="col" className="num">{name}</th>)}
              <th scope="col">Against the model</th>
            </tr>
          </thead>
          <tbody>
            {presets.map((preset) => (
              <ExampleRow key={preset.label} section={section} preset={preset} heads={heads} />
            ))}
          </tbody>
        </table>
      </div>
    </Card>
  );
}

function ExampleRow({ section, preset, heads }: {
  section: LiveSection; preset: Preset; heads: readonly string[];
}) {
  const steps = computedOf(section, preset);
  const off = differing(section, preset);
  return (
    <tr>
      <th scope="row">{preset.label}</th>
      {heads.map((name) => {
        const step = steps.find((one) => one.name === name);
        return (
          <td key={name} className="num">
            {step?.value == null ? "-" : step.show(step.value)}
            <span className="values">{step?.show(preset.published[name] ?? NaN)}</span>
          </td>
        );
      })}
      <td>
        {off.length === 0 ? <StateText state="normal">Equal</StateText>
          : <StateText state="critical">{`${off.join(", ")} differ`}</StateText>}
      </td>
    </tr>
  );
}
