import { expect, it } from "vitest";
import type { BundleEvent } from "./format";
import { signOffLines, signOffSays, signOffSteps } from "./sign-off";

const event = (number: number, state: string, subject = "run", reason: string | null = null) =>
  ({ audit_event_id: `e${number}`, type: "run.signed_off", dataset_version_id: "v", actor: "ada",
    subject_id: subject, reason, after: { number, state, signed_at: "2026-11-29T00:00:00.000Z" },
  }) satisfies BundleEvent;
const sealed: BundleEvent = { audit_event_id: "s", type: "dataset_version.sealed",
  dataset_version_id: "v", after: {} };

it("takes the steps of a run from the events, in their order", () => {
  const steps = signOffSteps([sealed, event(1, "prepared"), event(2, "returned", "run", "a\nb")], "run");
  expect(steps?.map(({ step }) => step)).toStrictEqual(["prepared", "returned"]);
  expect(signOffLines(steps ?? [])).toBe(
    "Sign-off         prepared by ada at 2026-11-29T00:00:00.000Z\n" +
    "                 returned by ada at 2026-11-29T00:00:00.000Z: \"a\\nb\"");
});

it("takes no steps of another run, none twice and none with a gap before it", () => {
  expect(signOffSteps([event(1, "prepared", "other")], "run")).toBeNull();
  expect(signOffSteps([event(2, "reviewed")], "run")).toBeNull();
  expect(signOffSteps([event(1, "prepared"), event(1, "prepared")], "run")).toBeNull();
});

it("says that nobody signed", () => {
  expect(signOffLines(signOffSteps([sealed], "run") ?? [])).toContain("not signed off");
});

it("says who signed, and that an archive cannot know of a later step", () => {
  const says = signOffSays(signOffSteps([sealed, event(1, "prepared"), event(2, "returned")], "run")
    ?? []);
  expect(says).toBe("It was prepared by ada, returned by ada. Whether a further step followed that of " +
    "2026-11-29T00:00:00.000Z, only the deployment can say.");
  expect(signOffSays([])).toMatch(/^Nobody had signed .*only the deployment can say\.$/);
});
