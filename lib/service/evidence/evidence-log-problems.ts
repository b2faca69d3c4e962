import type { ResponseOf } from "@/lib/contract/operations";

type Problem = ResponseOf<"verifyLog">["problems"][number];

/** What the verification of the log finds, in words. */
export const WORDS = {
  LEAF_MISSING: "The entry was removed from the log.",
  LEAF_CHANGED: "The entry does not have the hash that the tree was made of.",
  RECORD_MISSING: "The record was removed from the database.",
  RECORD_UNTOLD: "No audit event tells of the record as it stands: it was edited or added.",
  RECORD_CHANGED: "The record's columns are not those that were logged.",
  CONTENT_CHANGED: "The record's content is not what was logged.",
  CONTENT_MISSING: "The record's content is gone, and its version was not erased.",
  LINK_MISSING: "The link between the finding and its evidence was removed.",
  LINK_CHANGED: "The link between the finding and its evidence is not the one that was recorded.",
  LINK_SURPLUS: "The link binds nothing that a finding says: it was added or edited.",
  NODE_MISSING: "The hash of a subtree over these entries was removed.",
  NODE_CHANGED: "The hash of a subtree does not follow from these entries: one of them was " +
    "rewritten or moved, or the hash was.",
  NODE_SURPLUS: "The tree has a subtree that the log has no entries for: entries were cut off.",
  CHECKPOINT_MISMATCH: "The signed root does not follow from the entries: since the checkpoint " +
    "before, entries were rewritten or moved.",
  CHECKPOINT_SIGNATURE: "The checkpoint is not signed by the key that it names.",
  CHECKPOINT_BEYOND: "The log ends before the size that was signed: entries were cut off.",
  CHECKPOINT_MISSING: "One or more checkpoints of these entries, signed before this one, were " +
    "removed.",
  CHECKPOINT_MOVED: "The checkpoint does not follow those before it as it was signed: one was " +
    "replaced, added or moved.",
  CHECKPOINT_LOST: "The checkpoint was seen here, and it or one before it was removed or replaced.",
  CHECKPOINT_UNKNOWN: "A checkpoint of this size was published, and there is none now.",
  HEAD_LOST: "The log was seen larger than it is: entries were cut off.",
  HEAD_CHANGED: "The log was seen with another root at this size: it was made anew.",
  KEY_CHANGED: "The public key is not the one that its id names, its endorsement does not hold, or " +
    "it is not said to be what the audit log says.",
  KEY_MISSING: "A checkpoint, another key or the audit log names this key, and it was removed.",
  IDENTITY_CHANGED: "What names the log was removed, or there is more than one name.",
} as const;
export type Code = keyof typeof WORDS;
/** How a part of the verification names what it found. */
export type NoteProblem = (code: Code, where: {
  from?: number | null; to?: number | null; kind?: Problem["kind"]; id?: string | null;
}) => void;
