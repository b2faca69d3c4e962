import type { Role } from "@/lib/contract/roles";

/** Who asks: a signed-in user or an API token. */
export type Caller = {
  kind: "user" | "token";
  /** User id or token id; a bootstrap token has its name here. */
  id: string;
  /** What evidence and audit show: the user's e-mail address, or `token:<name>`. */
  name: string;
  roles: readonly Role[];
  mustChangePassword: boolean;
  /** The browser's session; a token has none. */
  sessionId?: string;
};

/** An `Idempotency-Key` that is held while its request is carried out. */
export type Claim = { id: string; claimId: string };

/** What every use case knows about the request beside its input. */
export type Context = {
  caller: Caller;
  requestId: string;
  /** Joins the requests and jobs of one undertaking; the request id where the caller gave none. */
  correlationId: string;
  /** The `If-Match` of an edit, as it came; see `requireMatch`. */
  ifMatch?: string;
  /** Set while a request with an `Idempotency-Key` is carried out. */
  idempotency?: Claim;
};
