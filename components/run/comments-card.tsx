"use client";

import { useState } from "react";
import { useMe } from "@/components/shell/me";
import { Button } from "@/components/ui/button";
import { Card } from "@/components/ui/card";
import { ErrorText, Field, Select, TextArea } from "@/components/ui/field";
import { count, plural, time } from "@/components/ui/format";
import { EmptyState, ErrorState, SkeletonStack } from "@/components/ui/states";
import { useCommand, useOperationPages } from "@/lib/client/hooks";
import { COMMENT_LIMIT } from "@/lib/contract/facts";
import type { ResponseOf } from "@/lib/contract/operations";
import { findingName } from "./report-findings";
import type { Run } from "./run-words";

type Comment = ResponseOf<"createComment">;

/** The run as a whole, where a comment is about no single finding. */
const RUN = "";

function subjectOf(run: Run, findingId: string | null): string {
  const finding = run.material_findings.find(({ id }) => id === findingId);
  return finding ? findingName(finding) : "the run";
}

function Entry({ run, comment }: { run: Run; comment: Comment }) {
  return (
    <li>
      <p className="row wrap hint">
        <b>{comment.created_by}</b>
        <time dateTime={comment.created_at}>{time(comment.created_at)}</time>
        <span>on {subjectOf(run, comment.finding_id)}</span>
      </p>
      <p className="comment-text">{comment.text}</p>
    </li>
  );
}

function Write({ run }: { run: Run }) {
  const [text, setText] = useState("");
  const [about, setAbout] = useState(RUN);
  const write = useCommand("createComment", ["listComments"]);
  const send = () => {
    if (text.trim() === "" || write.isPending) return;
    write.mutate({ path: { id: run.run_id }, body: { text: text.trim(),
      ...(about === RUN ? {} : { finding_id: about }) } }, { onSuccess: () => setText("") });
  };
  return (
    <form className="comment-form" onSubmit={(event) => {
      event.preventDefault();
      send();
    }}>
      <Field label="Comment" hint={`Kept with the run, cannot be changed or taken back. ${
        count(text.trim().length)} of ${count(COMMENT_LIMIT)} characters`}>
        <TextArea value={text} rows={3} maxLength={COMMENT_LIMIT} onChange={setText} />
      </Field>
      <div className="row wrap">
        <Field label="About">
          <Select value={about} onChange={setAbout} options={[
            { value: RUN, label: "The run" },
            ...run.material_findings.map((finding) =>
              ({ value: finding.id, label: findingName(finding) })),
          ]} />
        </Field>
        <span className="grow" />
        <Button type="submit" busy={write.isPending}
          disabledReason={text.trim() === "" ? "Write something first" : null}>
          Add comment
        </Button>
      </div>
      {write.error ? <ErrorText>{write.error.message} Your text is kept.</ErrorText> : null}
    </form>
  );
}

/** What people said about the run and its findings, newest first, and a place to say more. */
export function CommentsCard({ run }: { run: Run }) {
  const me = useMe();
  const read = useOperationPages("listComments", { path: { id: run.run_id } });
  const comments = read.data?.pages.flatMap((page) => page.items) ?? [];
  const title = read.data
    ? comments.length === 0 ? "No comments yet"
      : `${plural(comments.length, "comment")}${read.hasNextPage ? " and more" : ""}`
    : "Comments";
  const mayWrite = me.can("EXECUTE") || me.can("APPROVE");
  return (
    <Card id="comments" title={title} className="c12" sub="On the run or one of its findings">
      {read.isPending ? <SkeletonStack lines={3} label="Loading the comments" /> : null}
      {read.error ? (
        <ErrorState what="The comments could not be read." safe="The report is not affected."
          requestId={read.error.requestId}
          action={<Button small icon="refresh" onClick={() => void read.refetch()}>Try again</Button>} />
      ) : null}
      {read.data && comments.length === 0 && !mayWrite ? (
        <EmptyState icon="file" title="Nobody has said anything about this run">
          Writing takes the Execute or the Approve role.
        </EmptyState>
      ) : null}
      {comments.length > 0 ? (
        <ul className="comments">
          {comments.map((comment) =>
            <Entry key={comment.comment_id} run={run} comment={comment} />)}
        </ul>
      ) : null}
      {read.hasNextPage ? (
        <Button small kind="quiet" busy={read.isFetchingNextPage}
          onClick={() => void read.fetchNextPage()}>Show older comments</Button>
      ) : null}
      {mayWrite ? <Write run={run} /> : null}
    </Card>
  );
}
