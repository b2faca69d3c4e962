"use client";

import { roleReason, useMe } from "@/components/shell/me";
import { StateText } from "@/components/ui/badge";
import { Banner } from "@/components/ui/banner";
import { Button } from "@/components/ui/button";
import { Card } from "@/components/ui/card";
import { plural, time } from "@/components/ui/format";
import { useCommand } from "@/lib/client/hooks";
import type { ResponseOf } from "@/lib/contract/operations";

type EngineVersion = ResponseOf<"getEngineVersion">;

type Validation = ResponseOf<"validateEngineVersion">;
type Check = Validation["checks"][number];

const KINDS: { readonly [K in Check["kind"]]: string } = {
  check_value: "Published check values", property: "Properties, on 100 random portfolios",
  golden: "Golden outputs, byte for byte",
};

/** What a version's validation rests on, recomputed on request. */
export function ValidationCard({ version }: { version: EngineVersion }) {
  const validate = useCommand("validateEngineVersion");
  const reason = roleReason(useMe(), "EXECUTE");
  const result = validate.data;
  return (
    <Card id="validation" className="c12" flush title={`Validation of ${version.version}`}
      sub={result ? `Recomputed by the server, ${time(result.validated_at, { seconds: true })}`
        : "Check values, properties and golden outputs are recomputed by the server when you ask"}
      action={(
        <Button kind="primary" icon="seal" busy={validate.isPending} disabledReason={reason}
          onClick={() => validate.mutate({ path: { version: version.version } })}>
          Validate now
        </Button>
      )}>
      <div aria-live="polite">
        {validate.error ? (
          <Banner kind="warning" icon="warn" title="The version could not be validated.">
            {validate.error.message}
          </Banner>
        ) : null}
        {result ? <Verdict result={result} /> : null}
      </div>
      {result ? <Checks checks={result.checks} /> : <Tests version={version} />}
    </Card>
  );
}

function Verdict({ result }: { result: Validation }) {
  return result.ok ? (
    <Banner kind="normal" icon="ok" title={`${plural(result.checked, "check")}: every one holds.`} />
  ) : (
    <Banner kind="critical" icon="crit"
      title={`${plural(result.failed, "check")} of ${result.checked} ${
        result.failed === 1 ? "does" : "do"} not hold.`}>
      The formulas on this server are not those of the register. Do not run until this is
      understood.
    </Banner>
  );
}

function Checks({ checks }: { checks: readonly Check[] }) {
  return (
    <div className="table-wrap" tabIndex={0} role="region" aria-label="Checks">
      <table>
        <thead>
          <tr>
            <th scope="col">Check</th><th scope="col" className="num">Section</th>
            <th scope="col">Expected</th><th scope="col">Computed now</th><th scope="col">Result</th>
          </tr>
        </thead>
        {(Object.keys(KINDS) as Check["kind"][]).map((kind) => (
          <tbody key={kind}>
            <tr><th scope="rowgroup" colSpan={5}>{KINDS[kind]}</th></tr>
            {checks.filter((check) => check.kind === kind).map((check) => (
              <tr key={check.id}>
                <td className="wrap-cell">{check.title}</td>
                <td className="num">{check.section}</td>
                <td>{check.expected}</td>
                <td>{check.computed}</td>
                <td>
                  <StateText state={check.ok ? "normal" : "critical"}>
                    {check.ok ? "Holds" : "Does not hold"}
                  </StateText>
                </td>
              </tr>
            ))}
          </tbody>
        ))}
      </table>
    </div>
  );
}

/** What is tried before each release, on random portfolios. */
function Tests({ version }: { version: EngineVersion }) {
  return (
    <div className="table-wrap" tabIndex={0} role="region" aria-label="Tests before a release">
      <table>
        <thead>
          <tr><th scope="col">What the tests before a release show</th><th scope="col">File</th></tr>
        </thead>
        <tbody>
          {version.property_tests.map(({ file, shows }) => (
            <tr key={file}>
              <td className="wrap-cell">{shows}</td><td className="mono">{file}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
