"use client";

import { browserName } from "@/components/access/browser-name";
import { refusalWords } from "@/components/access/refusal-words";
import { Badge } from "@/components/ui/badge";
import { Button } from "@/components/ui/button";
import { ErrorText } from "@/components/ui/field";
import { time } from "@/components/ui/format";
import { ErrorState, SkeletonStack } from "@/components/ui/states";
import { useToast } from "@/components/ui/toast";
import { useCommand, useOperation } from "@/lib/client/hooks";
import type { ResponseOf } from "@/lib/contract/operations";

type Session = ResponseOf<"listSessions">["items"][number];

const METHOD: Record<Session["method"], string> = {
  password: "Password", single_sign_on: "Single sign-on" };

function Item(props: { session: Session; busy: boolean; onEnd: () => void }) {
  const { session, busy, onEnd } = props;
  const name = browserName(session.user_agent);
  return (
    <li>
      <div>
        <span><b>{name}</b> {session.current ? <Badge>This one</Badge> : null}</span>
        <small>
          {METHOD[session.method]} from {session.address}, signed in {time(session.created_at)}.
          {" "}Last seen {time(session.last_seen_at)}.
        </small>
      </div>
      {session.current ? null : (
        <Button small busy={busy} onClick={onEnd}
          aria-label={`Sign out ${name}, signed in ${time(session.created_at)}`}>
          Sign out
        </Button>
      )}
    </li>
  );
}

/** The open sessions of oneself, or of the user given, each with a way to end it. */
export function SessionList({ userId }: { userId?: string }) {
  const toast = useToast();
  const list = useOperation("listSessions",
    { query: { active: "true", limit: 100, ...(userId ? { user_id: userId } : {}) } });
  const end = useCommand("endSession", ["listSessions"]);
  const endAll = useCommand("endOtherSessions", ["listSessions"]);
  if (list.isPending) return <SkeletonStack lines={3} label="Loading sessions" />;
  if (list.error) {
    return <ErrorState what="The sessions are not shown." todo={list.error.message}
      action={<Button onClick={() => void list.refetch()}>Try again</Button>} />;
  }
  const sessions = list.data.items;
  const others = sessions.filter((session) => !session.current);
  const problem = end.error ?? endAll.error;
  return (
    <>
      {sessions.length === 0 ? <p className="hint">Signed in nowhere.</p> : (
        <ul className="sessions">
          {sessions.map((session) => (
            <Item key={session.session_id} session={session}
              busy={end.isPending && end.variables.path?.id === session.session_id}
              onEnd={() => end.mutate({ path: { id: session.session_id } })} />
          ))}
        </ul>
      )}
      {problem ? <ErrorText>{refusalWords(problem)}</ErrorText> : null}
      {others.length > 1 || (others.length === 1 && userId) ? (
        <Button icon="out" busy={endAll.isPending}
          onClick={() => endAll.mutate({ query: userId ? { user_id: userId } : {} }, {
            onSuccess: ({ ended }) => toast.show({ title: `Sessions signed out: ${ended}` }) })}>
          {userId ? "Sign out everywhere" : "Sign out all others"}
        </Button>
      ) : null}
    </>
  );
}
