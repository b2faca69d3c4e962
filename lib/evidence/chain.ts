import { canonicalHash } from "../kernel/hash";

/** What stands before the first link. */
const GENESIS = "0".repeat(64);
/** Keeps a link's hash apart from the hash of anything else that is hashed here. */
const DOMAIN = "todiscope/audit-chain/v1";

/** A place in the chain with the hash that covers everything up to it. */
export type ChainHead = { position: number; chain_sha256: string };
/** One link: the event's hash at its position, and the hash over all links so far. */
export type ChainLink = ChainHead & { audit_event_id: string; event_sha256: string };
/** A linked event as it stands now: the hash it carries, and the one its content has. */
export type LinkedEvent = { sha256: string | null; recomputed: string };

/** The head of a chain without links; its successor has position 1. */
export const EMPTY_CHAIN: ChainHead = { position: 0, chain_sha256: GENESIS };

/** Why a chain does not hold. */
export type ChainDefect =
  | "POSITION_MISSING"
  | "LINK_CHANGED"
  | "EVENT_MISSING"
  | "EVENT_CHANGED"
  | "EVENT_HASH_CHANGED"
  | "EVENT_WITHOUT_HASH"
  | "HEAD_CHANGED"
  | "CHAIN_TRUNCATED";
export type ChainProblem = {
  position: number; audit_event_id: string | null; reason: ChainDefect;
};

/**
 * The link after `previous`: SHA-256 over the RFC 8785 form of domain, previous link's hash,
 * position and event hash. Whoever changes, removes, adds or moves an event changes every hash
 * from there on.
 */
export function nextLink(
  previous: ChainHead, event: { audit_event_id: string; event_sha256: string },
): ChainLink {
  const position = previous.position + 1;
  return { position, audit_event_id: event.audit_event_id, event_sha256: event.event_sha256,
    chain_sha256: canonicalHash([DOMAIN, previous.chain_sha256, position, event.event_sha256]) };
}

/**
 * Checks a chain link by link, in the order of positions, holding only the last link. `heads` are
 * places that were seen before, kept where whoever can change the chain cannot: without them a
 * chain that ends early, or was computed anew from some link on, looks whole.
 */
export class ChainVerifier {
  private head = EMPTY_CHAIN;
  private hashesBegan = false;

  constructor(private readonly heads: readonly ChainHead[] = []) {}

  /** Links that held. */
  get checked(): number {
    return this.head.position;
  }

  /** Checks the next link with its event (null when there is none); null when both hold. */
  check(link: ChainLink, event: LinkedEvent | null): ChainProblem | null {
    const expected = nextLink(this.head, link);
    if (link.position !== expected.position) {
      return { position: expected.position, audit_event_id: null, reason: "POSITION_MISSING" };
    }
    const reason = this.defectOfLink(link, expected) ?? this.defectOfEvent(link, event);
    if (reason) return { position: link.position, audit_event_id: link.audit_event_id, reason };
    this.hashesBegan ||= event?.sha256 !== null;
    this.head = { position: link.position, chain_sha256: link.chain_sha256 };
    return null;
  }

  private defectOfLink(link: ChainLink, expected: ChainHead): ChainDefect | null {
    if (link.chain_sha256 !== expected.chain_sha256) return "LINK_CHANGED";
    return this.heads.some((head) => head.position === link.position &&
      head.chain_sha256 !== link.chain_sha256) ? "HEAD_CHANGED" : null;
  }

  private defectOfEvent(link: ChainLink, event: LinkedEvent | null): ChainDefect | null {
    if (event === null) return "EVENT_MISSING";
    if (event.recomputed !== link.event_sha256) return "EVENT_CHANGED";
    // Events carry their hash from some release on: what has none after that was not written here.
    if (event.sha256 === null) return this.hashesBegan ? "EVENT_WITHOUT_HASH" : null;
    return event.sha256 === link.event_sha256 ? null : "EVENT_HASH_CHANGED";
  }

  /** After the last link: whether the chain reaches as far as it was seen to. */
  end(): ChainProblem | null {
    return this.heads.every((head) => head.position <= this.head.position) ? null
      : { position: this.head.position + 1, audit_event_id: null, reason: "CHAIN_TRUNCATED" };
  }
}
