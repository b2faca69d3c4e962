import { describe, expect, it } from "vitest";
import { actsOn, progressWords, remarkOf, stateLook, type Job } from "./job-words";

const JOB: Job = {
  job_id: "j", kind: "import", state: "running", subject_id: "v", attempts: 1, max_attempts: 5,
  progress: { rows: 12_345, total_rows: null, bytes: 1, total_bytes: 4, share: 0.25,
    rows_per_s: 1200, seconds_left: 3, elapsed_ms: 10_000 },
  stuck: null, worker: "host:1", result: null, failure: null, resolution: null,
  cancel_requested_at: null, cancel_requested_by: null, schedule_id: null, correlation_id: null,
  created_by: "me", created_at: "", available_at: "", started_at: "", heartbeat_at: "",
  finished_at: null,
};
const failure = { code: "INTERNAL_ERROR", message: "The work failed." };
const resolution = { by: "me", at: "", reason: "Known." };

describe("what is said of a job", () => {
  it("names rows, rate and time left while it runs", () => {
    expect(progressWords(JOB)).toBe("12,345 rows, 1,200 rows/s, 3 s left");
    expect(progressWords({ ...JOB, state: "succeeded" })).toBe("12,345 rows, 1,200 rows/s");
    expect(progressWords({ ...JOB,
      progress: { ...JOB.progress, rows: 1, rows_per_s: null, seconds_left: null } })).toBe("1 row");
  });

  it("tells stuck, stopping and resolved apart", () => {
    expect(stateLook({ ...JOB, stuck: "silent" }).word).toBe("Stuck");
    expect(stateLook({ ...JOB, cancel_requested_at: "now" }).word).toBe("Stopping");
    expect(stateLook({ ...JOB, state: "failed", resolution }).word).toBe("Failed, resolved");
  });

  it("gives the reason of the last attempt while it waits for the next", () => {
    expect(remarkOf({ ...JOB, state: "queued", failure }))
      .toBe("Attempt 1 of 5: The work failed.");
    expect(remarkOf({ ...JOB, state: "failed", failure })).toBe("The work failed.");
    expect(remarkOf({ ...JOB, state: "failed", failure, resolution })).toBe("me: Known.");
    expect(remarkOf(JOB)).toBeNull();
  });
});

describe("what may be done with a job", () => {
  it.each<[string, Partial<Job>, string[]]>([
    ["running", {}, ["cancel"]],
    ["stopping", { cancel_requested_at: "now" }, []],
    ["stuck while it runs", { stuck: "silent" }, ["restart", "resolve"]],
    ["stuck while it waits", { stuck: "unclaimed", state: "queued" }, ["restart", "cancel"]],
    ["a failed import", { state: "failed", failure }, ["resolve"]],
    ["an import that may go through another time", { state: "cancelled",
      failure: { code: "CANCELLED", message: "" } }, ["restart"]],
    ["a failed check", { state: "failed", failure, kind: "verify_evidence" }, ["restart", "resolve"]],
    ["resolved", { state: "failed", failure, resolution, kind: "clean_uploads" }, ["restart"]],
    ["done", { state: "succeeded" }, []],
    ["a cancelled normalization", { state: "cancelled", kind: "normalize" }, ["restart"]],
  ])("%s", (_, part, acts) => {
    expect(actsOn({ ...JOB, ...part })).toStrictEqual(acts);
  });
});
