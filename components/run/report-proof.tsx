"use client";

import { curlText, useOrigin } from "@/components/docs/curl";
import { Card } from "@/components/ui/card";
import { CopyButton } from "@/components/ui/copy-button";
import { addressOf } from "@/lib/contract/addresses";
import type { Run } from "./run-words";

export function ReportProof({ run }: { run: Run }) {
  const origin = useOrigin();
  const requestOf = (name: "verifyEvidence" | "runEngine", body: unknown): string => {
    const { method, url } = addressOf(name);
    return curlText({ method, url: `${origin}${url}`,
      body: { type: "application/json", text: JSON.stringify(body) } });
  };
  const version = run.dataset_version_id;
  const verify = requestOf("verifyEvidence", { dataset_version_id: version });
  const replay = requestOf("runEngine", { dataset_version_id: version,
    started_at: run.started_at, parameters: run.report.metadata.parameters });
  return (
    <Card id="proof" title="How to verify this report" className="c12">
      <div className="proof stack">
        <p>
          Each piece of evidence was hashed when it was recorded: its content is written as
          canonical JSON (RFC 8785: members sorted, no white space, one way to write a number), and
          SHA-256 of that text is kept beside it. Change one digit and the hash is another.
        </p>
        <div className="proof-ways">
          <section>
            <h3>1. Let the server recompute every hash</h3>
            <Command text={verify} what="the request that verifies" />
            <p>
              <code className="mono">{"\"ok\": true"}</code> means that nothing changed. Otherwise{" "}
              <code className="mono">first_bad</code> names the first record that does not stand.
            </p>
          </section>
          <section>
            <h3>2. Or run it again</h3>
            <Command text={replay} what="the request that runs it again" />
            <p>
              The same request gives the same bytes, with the header{" "}
              <code className="mono">Idempotent-Replayed: true</code>, and compares the stored
              evidence with what the engine computes. A difference is refused with{" "}
              <code className="mono">IMMUTABLE_EVIDENCE_MISMATCH</code>.
            </p>
          </section>
        </div>
      </div>
    </Card>
  );
}

function Command({ text, what }: { text: string; what: string }) {
  return (
    <div className="command">
      <pre className="code" tabIndex={0} role="region" aria-label={what}>{text}</pre>
      <CopyButton small text={text} what={what}>Copy</CopyButton>
    </div>
  );
}
