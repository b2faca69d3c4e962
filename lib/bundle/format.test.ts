import { expect, it } from "vitest";
import { sha256Hex } from "../kernel/hash";
import { BUNDLE_VERSION, bundleReadme } from "./format";

const facts = { runId: "r", versionId: "v", engine: "e 1", startedAt: "t", origin: "o", size: 7,
  keyId: "k", verifierSha256: "s", signOff: "Sign-off         none" };

/*
 * The verifier writes the README of a bundle again and compares. Whoever changes its words makes
 * every bundle that is out there fail on `/verify` and with a newer verifier: a change takes
 * another `BUNDLE_VERSION`, beside which the words of the older ones stay.
 */
it("keeps the words of the README for bundles that are out there", () => {
  const hashes = [false, true].map((isErased) => sha256Hex(bundleReadme({ ...facts, isErased })));
  expect([BUNDLE_VERSION, ...hashes]).toStrictEqual([1,
    "214e4358c650ccb4218879dbb392b7a8e69ccc4e644d5e95de3b63c2c6801b1b",
    "a615bd96af2935997e3edde42722aa57128fe2f8d41a3f796c75e3696947d496"]);
});
