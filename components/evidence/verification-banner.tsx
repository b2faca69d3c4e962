import Link from "next/link";
import type { ReactNode } from "react";
import { Banner } from "@/components/ui/banner";
import { duration, plural, shortId, time } from "@/components/ui/format";
import { Tip } from "@/components/ui/tip";
import type { ApiError } from "@/lib/client/api";
import { isHashEqual, isIdEqual, isSound, type RecordCheck } from "./checks";
import { defectInWords, namedRecord } from "./evidence-words";
import type { ServerVerdict } from "./use-evidence";

interface VerificationBannerProps {
  /** "this figure", "this run" */
  subject: string;
  checks: readonly RecordCheck[];
  checksLoading: boolean;
  checksError: ApiError | null;
  verdict: ServerVerdict | undefined;
  verdictAt: number;
  verdictError: ApiError | null;
  isChecking: boolean;
}

const EvidenceLink = ({ id }: { id: string }) =>
  <Link className="mono" href={`/evidence/${encodeURIComponent(id)}`}>{shortId(id)}</Link>;

/** "Run 1234abcd: ...": a record that the server names, and why. */
function Named({ first }: { first: NonNullable<ServerVerdict["first_bad"]> }) {
  const { noun, page } = namedRecord(first.reason);
  return (
    <>
      {noun}{" "}
      {page ? (
        <Link className="mono" href={`/${page}/${encodeURIComponent(first.id)}`}>
          {shortId(first.id)}
        </Link>
      ) : <Tip className="mono" text={first.id}>{shortId(first.id)}</Tip>}
      : {defectInWords(first.reason)}.{" "}
    </>
  );
}

/** What is wrong with a record, as the end of "Record 1234abcd: ...". */
function faultOf(check: RecordCheck): string {
  const parts: string[] = [];
  if (!isHashEqual(check)) parts.push("its content no longer gives the recorded hash");
  if (check.differing.length > 0) {
    parts.push(`${plural(check.differing.length, "figure")} calculated again `
      + (check.differing.length === 1 ? "differs" : "differ"));
  }
  if (!isIdEqual(check)) parts.push("its content does not belong to its id");
  return parts.join("; ");
}

function Tampered({ bad, verdict }: { bad: readonly RecordCheck[]; verdict?: ServerVerdict }) {
  const first = verdict?.first_bad ?? null;
  const named = first && !bad.some((check) => check.evidenceId === first.id) ? first : null;
  return (
    <Banner kind="critical" icon="crit" major title="This evidence does not stand.">
      {bad.map((check) => (
        <span key={check.evidenceId}>
          Record <EvidenceLink id={check.evidenceId} />: {faultOf(check)}.{" "}
        </span>
      ))}
      {named ? (
        <span>
          The server names another record. <Named first={named} />
        </span>
      ) : null}
      Do not rely on these figures. Keep the state as it is and tell an administrator.
    </Banner>
  );
}

function OtherRecord({ first }: { first: ServerVerdict["first_bad"] }) {
  return (
    <Banner kind="critical" icon="crit" major
      title="Another record of this dataset version has changed.">
      {first ? <Named first={first} /> : null}
      What is shown here is
      unchanged, but the version&apos;s evidence as a whole does not stand. Tell an administrator.
    </Banner>
  );
}

function comparedHere(checks: readonly RecordCheck[]): string {
  const figures = checks.reduce((sum, check) => sum + check.figures, 0);
  const hashes = checks.length === 1 ? "The hash of its content was computed in this browser and is"
    : `The hashes of ${plural(checks.length, "record")} were computed in this browser and are`;
  const again = figures === 0
    ? ""
    : ` ${plural(figures, "figure")} ${figures === 1 ? "was" : "were"} calculated again from `
      + `the recorded ${checks.some((check) => check.rests === "sums") ? "sums" : "exposure"} and ${figures === 1 ? "is" : "are"} equal to the last digit.`;
  const gap = checks.find((check) => check.gap)?.gap;
  const missing = gap ? ` Not calculated again: ${gap}.` : "";
  return `${hashes} equal.${again}${missing}`;
}

function Stamp({ verdict, at }: { verdict: ServerVerdict; at: number }): ReactNode {
  return (
    <span className="hint nowrap">
      Checked {time(at)}, {verdict.elapsedMs < 95 ? "under 0.1 s" : duration(verdict.elapsedMs)}
    </span>
  );
}

/** The result of verifying in words: what was compared, by whom, and what differs. */
export function VerificationBanner(props: VerificationBannerProps) {
  const { subject, checks, verdict, verdictAt, checksError, verdictError } = props;
  const bad = checks.filter((check) => !isSound(check));
  if (bad.length > 0) return <Tampered bad={bad} verdict={verdict} />;
  if (verdict && !verdict.ok) return <OtherRecord first={verdict.first_bad} />;
  const error = checksError ?? verdictError;
  if (error && !props.isChecking) {
    return (
      <Banner kind="warning" icon="warn" major title="Not verified.">
        {error.message} Nothing is known to be wrong; try again.
        {error.requestId ? <> Request id <span className="mono">{error.requestId}</span>.</> : null}
      </Banner>
    );
  }
  if (!verdict && !props.isChecking && !props.checksLoading) {
    return (
      <Banner kind="normal" icon="ok" major title={`The content of ${subject} is as recorded.`}>
        {comparedHere(checks)} Verify asks the server as well, about every record of this dataset
        version; that goes into the audit log.
      </Banner>
    );
  }
  if (!verdict || props.isChecking || props.checksLoading) {
    return (
      <Banner icon="clock" major title="Verifying.">
        Hashes and figures are computed again, on the server and in this browser.
      </Banner>
    );
  }
  const name = verdict.checked === 1 ? "the 1 record" : `all ${plural(verdict.checked, "record")}`;
  return (
    <Banner kind="normal" icon="ok" major
      title={`Nothing has changed since ${subject} was recorded.`}
      action={<Stamp verdict={verdict} at={verdictAt} />}>
      {comparedHere(checks)} The server computed {name} of this dataset version again, with their
      findings and runs: all equal.
    </Banner>
  );
}
