"use client";

import { Banner } from "@/components/ui/banner";
import { Button } from "@/components/ui/button";
import { Card } from "@/components/ui/card";
import { count, plural } from "@/components/ui/format";
import { useCommand } from "@/lib/client/hooks";
import type { ResponseOf } from "@/lib/contract/operations";

type Verdict = ResponseOf<"verifyLog">;
type Problem = Verdict["problems"][number];

/** Reads every record again and says in words what holds and what does not. */
export function LogVerifyCard({ canVerify }: { canVerify: boolean }) {
  const verify = useCommand("verifyLog", ["getLog", "listLogCheckpoints"]);
  return (
    <Card id="log-verify" title="Verify the whole log"
      sub="Every record is read again from the database, every hash and signature computed anew."
      action={canVerify ? (
        <Button kind="primary" icon="seal" busy={verify.isPending}
          onClick={() => verify.mutate({})}>Verify now</Button>
      ) : undefined}>
      <div className="stack">
        {canVerify ? null : <p className="hint">This takes the role Audit.</p>}
        {verify.error ? (
          <Banner kind="warning" icon="warn" title="The log could not be verified.">
            {verify.error.message}
          </Banner>
        ) : null}
        {verify.data && !verify.isPending ? <Result verdict={verify.data} /> : null}
        {canVerify && !verify.data && !verify.error && !verify.isPending ? (
          <p className="hint">Not verified on this page yet. A large log takes a while.</p>
        ) : null}
      </div>
    </Card>
  );
}

function Result({ verdict }: { verdict: Verdict }) {
  const { checked } = verdict;
  if (verdict.ok) {
    return (
      <Banner kind="normal" icon="ok" title="The log holds.">
        {plural(checked.entries, "record")} {checked.entries === 1 ? "has" : "have"} the hashes with
        which {checked.entries === 1 ? "it was" : "they were"} logged
        {checked.erased > 0 ? ` (${count(checked.erased)} of them erased, by the hashes that
          remain)` : ""}, in the order in which they were logged, and
        {" "}{plural(checked.links, "finding")} {checked.links === 1 ? "is" : "are"} still bound to
        {" "}{checked.links === 1 ? "its" : "their"} evidence. {plural(checked.checkpoints,
          "checkpoint")} {checked.checkpoints === 1 ? "is" : "are"} signed by a known key and
        {checked.checkpoints === 1 ? " follows" : " follow"} from the entries, and none that was
        signed, seen or published is missing. {plural(checked.told,
          "sign-off, comment, report, hold, scenario or setting",
          "sign-offs, comments, reports, holds, scenarios and settings")} {checked.told === 1
          ? "is" : "are"} what the audit log says.
      </Banner>
    );
  }
  const rest = verdict.problems_count - verdict.problems.length;
  return (
    <>
      <Banner kind="critical" icon="crit"
        title={`The log does not hold: ${plural(verdict.problems_count, "thing")} found.`}>
        Keep the state as it is and tell an administrator.
      </Banner>
      <ul className="log-problems">
        {verdict.problems.map((problem, at) => (
          <li key={at}><b>{placeOf(problem)}.</b> {problem.reason}</li>
        ))}
        {rest > 0 ? <li>And {plural(rest, "more", "more")}.</li> : null}
      </ul>
    </>
  );
}

function placeOf({ from_index: from, to_index: to, kind, id }: Problem): string {
  const place = from === null ? "" : from === to ? `Entry ${count(from)}`
    : `Entries ${count(from)} to ${count(to)}`;
  const what = id === null ? "" : `${kind ?? ""} ${id}`.trim();
  return [place, what].filter((part) => part !== "").join(", ");
}
