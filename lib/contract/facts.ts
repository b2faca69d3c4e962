import { GROUP_DIMENSIONS, type GroupDimension } from "@/lib/risk";

/** What pages need of the contract without its schemas, which would come along to the browser. */

/** Paths of a credit-loss simulation. */
export const PATHS_BOUNDS = { low: 100, high: 1_000_000 } as const;
/** Names x paths from which a page has a job simulate: seconds of work. */
export const LONG_SIMULATION = 100_000_000;

/** Exposures of one IRB request. */
export const EXPOSURES_LIMIT = 10_000;

/** Characters of a comment at most. */
export const COMMENT_LIMIT = 4000;

/** Characters of a saved view's parts at most; servers read 8 kB of an address everywhere. */
export const SAVED_VIEW_LIMITS = { name: 100, path: 200, search: 7000 } as const;

/** The steps of a run's sign-off; what can be signed after each state. */
export const SIGN_OFF_STEPS = ["prepared", "reviewed", "approved", "returned"] as const;
export type SignOffStep = (typeof SIGN_OFF_STEPS)[number];
export const SIGN_OFF_STATES = ["none", ...SIGN_OFF_STEPS] as const;
export type SignOffState = (typeof SIGN_OFF_STATES)[number];
export const SIGN_OFF_AFTER: Readonly<Record<SignOffState, readonly SignOffStep[]>> = {
  none: ["prepared"], prepared: ["reviewed", "returned"], reviewed: ["approved", "returned"],
  approved: ["returned"], returned: ["prepared"],
};
export const SIGN_OFF_NOTE_LIMIT = 2000;

/** Characters of the reason for changing limits. */
export const KPI_REASON_LIMIT = 1000;

/** For whom a report of a run is made. */
export const REPORT_TEMPLATES = ["internal", "regulator", "board"] as const;
/** What a scheduled report is written as. */
export const REPORT_FORMATS = ["pdf", "xlsx"] as const;
export type ReportTemplate = (typeof REPORT_TEMPLATES)[number];

/** Columns by which a version can be grouped; `obligor` is the group, else the obligor. */
export const GROUP_COLUMNS = GROUP_DIMENSIONS;
export type GroupColumn = GroupDimension;

/** Groups of one answer; of more, the largest can be asked for. */
export const EXPOSURE_GROUPS_LIMIT = 100_000;

/** Bytes of a tape that is read as a whole, for its preview. */
export const PREVIEW_TAPE_BYTES = 64 * 1024 ** 2;

/** Bytes of the files of a set together: what an archive may unpack to. */
export const ARCHIVE_BYTES = 16 * 1024 ** 3;

/** Bytes of one piece of an upload. */
export const UPLOAD_PIECE_BYTES = 8 * 1024 ** 2;

export const LISTED_CHANGES = ["added", "removed", "changed"] as const;

export const RETENTION_MODES = ["off", "propose", "erase"] as const;
export type RetentionMode = (typeof RETENTION_MODES)[number];

/** Kinds that need no request of somebody: they can be scheduled, or started by hand. */
export const FREE_KINDS = ["verify_evidence", "clean_uploads", "import_inbox", "apply_retention"] as const;
export type FreeKind = (typeof FREE_KINDS)[number];

/** Ends of an import that say nothing of the tape. */
export const PASSING_FAILURES = ["KILL_SWITCH_ACTIVE", "STORAGE_FULL", "DATABASE_UNAVAILABLE",
  "INTERRUPTED"] as const;
/** Whether what was received is kept for another time; on a full disk its space is needed. */
export const mayImportAgain = (code: string): boolean => code === "CANCELLED"
  || code !== "STORAGE_FULL" && PASSING_FAILURES.some((each) => each === code);

/** Rules of its own that a dataset may have. */
export const OWN_RULES_LIMIT = 50;

/** What a version of a library scenario can be; `retired` was approved once. */
export const SCENARIO_STATES = ["draft", "submitted", "approved", "rejected", "retired"] as const;
export type ScenarioState = (typeof SCENARIO_STATES)[number];

/** What an exported file says of itself, and what an import asks for. */
export const SCENARIO_FILE = { format: "todiscope.scenarios", format_version: 1 } as const;

/** Most scenarios of one file. */
export const SCENARIO_FILE_LIMIT = 500;

export const SCENARIO_NAME_LIMIT = 200;
export const SCENARIO_NOTE_LIMIT = 2000;
export const SCENARIO_TAG_LIMIT = 20;

/** The language of quality rules, and the rules in words. */
export { OPERAND, opsOf, RULE_FIELDS, RULE_OPS, ruleFault, ruleInWords } from "@/lib/tape/rules";
export { SCORE_WEIGHTS } from "@/lib/tape/quality";

/** How the dataset versions of two compared runs stand to each other. */
export const COMPARED_RELATIONS = ["same_version", "same_dataset", "other_dataset"] as const;

/** How a record goes into a version's figures. */
export const RECORD_PARTS = ["whole", "counted", "joined", "unjoined", "earlier_position",
  "eliminated", "rejected", "left_out"] as const;
export type RecordPart = (typeof RECORD_PARTS)[number];
/** What may have used a record. */
export const USES = ["runs", "findings", "analyses"] as const;

/** How long a file is kept that a job made. */
export const EXPORT_DAYS = 7;
/**
 * Rows that go into a file in a second, roughly, as a promise of how long it takes: a file that was
 * asked for with `Prefer: respond-async, wait=1` is made by a job from so many rows on.
 */
export const FILE_ROWS_PER_S = 100_000;
