"use client";

import { useEffect, useRef, useState, type DragEvent } from "react";
import { BrandMark } from "@/components/shell/brand-mark";
import { StateText } from "@/components/ui/badge";
import { Banner } from "@/components/ui/banner";
import { Card } from "@/components/ui/card";
import { CopyButton } from "@/components/ui/copy-button";
import { Field, TextInput } from "@/components/ui/field";
import { HashText } from "@/components/ui/figure";
import { keyIdOf } from "@/lib/bundle/verify-arguments";
import type { BundleReport } from "@/lib/bundle/verify-bundle";
import "./verify.css";

const VERIFIER = "/todiscope-verify.mjs";
type State = { file: string; report: BundleReport | null; failure: string | null };

/** Checks a file in a thread of this browser: nothing of it leaves the machine. */
function useVerifier() {
  const [state, setState] = useState<State | null>(null);
  const worker = useRef<Worker | null>(null);
  useEffect(() => () => worker.current?.terminate(), []);
  const check = async (file: File) => {
    worker.current?.terminate();
    const thread = new Worker(VERIFIER, { type: "module" });
    worker.current = thread;
    const fail = (failure: string) => {
      if (worker.current === thread) setState({ file: file.name, report: null, failure });
    };
    setState({ file: file.name, report: null, failure: null });
    thread.onmessage = ({ data }: MessageEvent<BundleReport>) => {
      if (worker.current === thread) setState({ file: file.name, report: data, failure: null });
    };
    thread.onerror = () => fail("The verifier could not be started in this browser.");
    try {
      const bytes = await file.arrayBuffer();
      thread.postMessage(bytes, [bytes]);
    } catch {
      fail("The file cannot be read.");
    }
  };
  return { state, check };
}

export function VerifyPage({ verifierSha256 }: { verifierSha256: string }) {
  const { state, check } = useVerifier();
  const [isOver, setIsOver] = useState(false);
  const drop = (event: DragEvent) => {
    event.preventDefault();
    setIsOver(false);
    const [file] = event.dataTransfer.files;
    if (file) void check(file);
  };
  return (
    <main className="verify" id="main" tabIndex={-1}>
      <div className="sign-in-brand"><BrandMark /><span>TodiScope</span></div>
      <h1>Verify a bundle</h1>
      <p className="lede">A bundle is a run that was exported as ZIP. It is checked here, in your
        browser: the file is not uploaded.</p>
      <label className="verify-drop" data-over={isOver || undefined} onDrop={drop}
        onDragOver={(event) => { event.preventDefault(); setIsOver(true); }}
        onDragLeave={() => setIsOver(false)}>
        <span><b>Choose a bundle</b> or drop it here</span>
        <input type="file" accept=".zip,application/zip" onChange={(event) => {
          const [file] = event.target.files ?? [];
          event.target.value = "";
          if (file) void check(file);
        }} />
      </label>
      <div aria-live="polite" className="stack">
        {state ? <Outcome state={state} /> : null}
      </div>
      <Card id="verifier" title="Without this page"
        sub="The same verifier is one readable file that needs nothing but Node.">
        <div className="stack">
          <p><a href={VERIFIER} download="verify.mjs">Download verify.mjs</a>, then
            run <span className="mono">node verify.mjs bundle.zip</span>. Its SHA-256:</p>
          <HashText value={verifierSha256} copy="the hash of the verifier" />
        </div>
      </Card>
    </main>
  );
}

function Outcome({ state: { file, report, failure } }: { state: State }) {
  if (failure) {
    return <Banner kind="warning" icon="warn" title={`${file} was not checked.`}>{failure}</Banner>;
  }
  if (!report) return <Banner icon="clock" title={`Checking ${file}.`} />;
  return (
    <>
      {report.ok ? (
        <Banner major kind="normal" icon="ok" title={`${file} holds.`}>
          Every byte, hash, proof and number follows from the others. Compare the key and the
          checkpoint below with those that you hold from elsewhere.
        </Banner>
      ) : (
        <Banner major kind="critical" icon="crit" title={`${file} does not hold.`}>
          It is not what was exported, or it is no bundle.
        </Banner>
      )}
      <Card id="checks" flush title="What was checked">
        <ul className="list">
          {report.checks.map(({ name, ok, says }) => (
            <li key={`${name} ${says}`} className="verify-check">
              <StateText state={ok ? "normal" : "critical"}>{ok ? "Holds" : "Fails"}</StateText>
              <span><b>{name}.</b> {says}</span>
            </li>
          ))}
        </ul>
      </Card>
      {report.ok && report.checkpoint ? (
        <Card id="checkpoint" title="The checkpoint and its key">
          <div className="stack">
            <HashText value={report.key_id ?? ""} copy="the key" />
            <KeyCheck keyId={report.key_id} />
            <pre className="code" tabIndex={0} aria-label="Signed checkpoint">
              {report.checkpoint}</pre>
            <p><CopyButton text={report.checkpoint} what="the checkpoint" /></p>
          </div>
        </Card>
      ) : null}
    </>
  );
}

/** Compares the key with one that somebody holds: 64 digits are too many for the eye. */
function KeyCheck({ keyId }: { keyId: string | null }) {
  const [typed, setTyped] = useState("");
  const held = keyIdOf(typed);
  const isNone = typed.trim() !== "" && held === null;
  return (
    <>
      <Field label="Key that you hold" hint="As the deployment published it; it stays here."
        error={isNone ? "A key is 64 hexadecimal digits." : undefined}>
        <TextInput className="mono" value={typed} onChange={setTyped} spellCheck={false}
          autoComplete="off" />
      </Field>
      <p role="status">
        {held === null ? null : (
          <StateText state={held === keyId ? "normal" : "critical"}>
            {held === keyId ? "It is the key that you hold."
              : "It is another key: somebody else signed this, or the key has changed."}
          </StateText>
        )}
      </p>
    </>
  );
}
