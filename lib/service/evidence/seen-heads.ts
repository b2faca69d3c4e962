import { readKnownHeads, writeKnownHeads, type HeadFile, type SeenHead } from "../audit/audit-head";
import { log } from "../platform/log";

type Head = Omit<SeenHead, "seen_at">;

/**
 * The last head of something that only grows, kept in the data folder: what was cut off or made
 * anew in the database no longer holds it.
 */
export class SeenHeads {
  private known: { head: SeenHead | null; lost: SeenHead | null } = { head: null, lost: null };
  private name = "";

  constructor(private readonly options: {
    file: HeadFile;
    /** Tells it apart from what else a file keeps of a database. */
    suffix?: string;
    /** What is logged when a head is lost. */
    event: string;
    holds: (head: SeenHead) => Promise<boolean>;
  }) {}

  recall(database: string): void {
    this.name = `${database}${this.options.suffix ?? ""}`;
    this.known = readKnownHeads(this.name, this.options.file);
  }

  get lost(): SeenHead | null { return this.known.lost; }
  /** What a verification compares with. */
  all(): SeenHead[] {
    const { head, lost } = this.known;
    return [lost, head === lost ? null : head].filter((each) => each !== null);
  }
  /** Whether it was seen last at this position, and nothing was lost. */
  isAt(position: number): boolean {
    return !this.known.lost && this.known.head?.position === position;
  }

  /** Looks whether what was seen still holds, and keeps what stands now. */
  async note(now: Head): Promise<void> {
    const { file, event, holds } = this.options;
    const { head, lost } = this.known;
    if (this.isAt(now.position) && head?.chain_sha256 === now.chain_sha256) return;
    const stillLost = lost && !await holds(lost) ? lost : head && !await holds(head) ? head : null;
    // What stands in the place of a lost head is none: it may be put right again.
    const isAhead = stillLost === null || now.position > stillLost.position;
    const isNews = isAhead && (head?.position !== now.position
      || head.chain_sha256 !== now.chain_sha256);
    if (!isNews && stillLost === lost) return;
    const next = { lost: stillLost,
      head: isNews ? { ...now, seen_at: new Date().toISOString() } : head };
    if (stillLost && !lost) log().error({ lost: stillLost, now: now.position }, event);
    this.known = next;
    await writeKnownHeads(this.name, next, file).catch((error: unknown) =>
      log().warn({ err: error }, "AUDIT_HEAD_NOT_WRITTEN"));
  }
}
