import { SegmentList } from "@/components/run/segment-list";
import { time } from "@/components/ui/format";
import { SHOCK_LABELS, shockInWords } from "@/components/workbench/words";
import { SHOCK_NAMES } from "@/lib/risk";
import { memberWords, stateWord, versionDifferences } from "./scenario-words";
import type { ScenarioVersion } from "./scenario-words";
import { StateBadge, Tags } from "./state-badge";

function Facts({ version, before }: { version: ScenarioVersion; before: ScenarioVersion | null }) {
  const { scenario } = version;
  return (
    <dl className="scenario-facts">
      {SHOCK_NAMES.map((name) => {
        const old = before?.scenario[name];
        return (
          <div key={name}>
            <dt>{SHOCK_LABELS[name]}</dt>
            <dd>
              {old !== undefined && old !== scenario[name]
                ? <><s className="muted">{shockInWords(name, old)}</s> </> : null}
              {shockInWords(name, scenario[name])}
            </dd>
          </div>
        );
      })}
      {scenario.segment_shocks ? (
        <div className="wide">
          <dt>Segments</dt>
          <dd><SegmentList segments={scenario.segment_shocks} /></dd>
        </div>
      ) : null}
      {scenario.description ? (
        <div className="wide"><dt>Description</dt><dd>{scenario.description}</dd></div>
      ) : null}
      {version.note ? <div className="wide"><dt>Note</dt><dd>{version.note}</dd></div> : null}
    </dl>
  );
}

/** A version with what it changed and what was decided on it. */
export function VersionBlock({ version, before }: {
  version: ScenarioVersion; before: ScenarioVersion | null;
}) {
  const differences = before ? versionDifferences(before, version) : [];
  return (
    <article className="version-block stack" aria-label={`Version ${version.number}`}>
      <h3>Version {version.number} <StateBadge state={version.state} /></h3>
      <p className="hint">
        Written {time(version.created_at)} by {version.author}
        {before ? differences.length > 0 ? `; changed ${memberWords(differences)}`
          : "; says the same as the version before" : null}
      </p>
      <Facts version={version} before={before} />
      <Tags tags={version.tags} />
      {version.decisions.length > 0 ? (
        <ul className="decision-list" aria-label={`Decisions on version ${version.number}`}>
          {version.decisions.map(({ state, by, at, reason }, index) => (
            <li key={index}>
              {state === "submitted" ? "Submitted" : stateWord(state)} {time(at)} by {by}
              {reason ? `: ${reason}` : null}
            </li>
          ))}
        </ul>
      ) : null}
    </article>
  );
}
