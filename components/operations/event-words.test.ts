import { describe, expect, it } from "vitest";
import {
  changesOf, eventTitle, isTrouble, roleWords, subjectHref, subjectName, type AuditEvent,
} from "./event-words";

const event = (part: Partial<AuditEvent>): AuditEvent => ({
  audit_event_id: "e", type: "run.recorded", actor: "a", role: null, request_id: null,
  correlation_id: null, dataset_version_id: null, subject_id: null, reason: null, before: null,
  after: null, details: null, created_at: "2026-11-20T00:00:00.000Z", sha256: null, position: null,
  ...part });

describe("an audit event in words", () => {
  it("has a title, also of a type nobody has named here", () => {
    expect(eventTitle("dataset_version.sealed")).toBe("Dataset version sealed");
    expect(eventTitle("token.used")).toBe("API token in use");
  });

  it("has its roles as people read them", () => {
    expect(roleWords("READ+EXECUTE")).toBe("Read, Execute");
    expect(roleWords(null)).toBeNull();
  });

  it("is trouble when something was refused, failed or no longer fits", () => {
    expect(isTrouble(event({ type: "access.refused" }))).toBe(true);
    expect(isTrouble(event({ type: "dataset_version.failed" }))).toBe(true);
    expect(isTrouble(event({ type: "audit.verified", after: { ok: false } }))).toBe(true);
    expect(isTrouble(event({ type: "audit.verified", after: { ok: true } }))).toBe(false);
    expect(isTrouble(event({}))).toBe(false);
  });

  it("leads to what it is about", () => {
    expect(subjectHref(event({ subject_id: "r/1" }))).toBe("/runs/r%2F1");
    expect(subjectHref(event({ type: "evidence.verified", dataset_version_id: "v" })))
      .toBe("/versions/v");
    expect(subjectHref(event({ type: "token.used", subject_id: "t" }))).toBe("/admin?tab=tokens");
    expect(subjectHref(event({ type: "access.refused", subject_id: "runEngine" }))).toBeNull();
  });

  it("names its subject as the event does", () => {
    expect(subjectName(event({ subject_id: "u", after: { email: "a@b", name: "A" } }))).toBe("a@b");
    expect(subjectName(event({ subject_id: "t", before: { name: "nightly" }, after: {} })))
      .toBe("nightly");
    expect(subjectName(event({ subject_id: "x" }))).toBe("x");
    expect(subjectName(event({}))).toBeNull();
  });
});

describe("changesOf", () => {
  it("puts what differs first and tells absent from null", () => {
    expect(changesOf({ a: 1, b: null, c: "x" }, { a: 1, b: 2, d: ["y"] })).toStrictEqual([
      { name: "b", before: "null", after: "2", differs: true },
      { name: "d", before: null, after: '["y"]', differs: true },
      { name: "c", before: "x", after: null, differs: true },
      { name: "a", before: "1", after: "1", differs: false }]);
    expect(changesOf(null, null)).toStrictEqual([]);
  });
});
