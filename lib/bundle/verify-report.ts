import * as ed25519 from "@noble/ed25519";
import { sha512 } from "@noble/hashes/sha2.js";
import { shownLine } from "../kernel/shown-line";
import type { BundleReport } from "./verify-bundle";

ed25519.hashes.sha512 = sha512;

/** Whether a key signed a text; strict, and false for anything malformed. */
export function isSignedBy(
  publicKey: Uint8Array, text: string, signature: Uint8Array,
): boolean {
  try {
    return ed25519.verify(signature, new TextEncoder().encode(text), publicKey, { zip215: false });
  } catch {
    return false;
  }
}

/** What a report comes to, as lines for a person; no text of a bundle can write over them. */
export function reportLines(report: BundleReport): string[] {
  const lines = report.checks.map(({ name, ok, says }) => `${ok ? "holds  " : "FAILED "} ${name}: ${says}`);
  const all = [...lines, "", ...report.ok ? [
    `The bundle of run ${report.run_id} holds.`,
    ...report.same_verifier === false
      ? ["It carries another verifier than the one that checked it."] : [],
    "Compare this key and checkpoint with those that you hold:", `  ${report.key_id}`, "",
    ...(report.checkpoint ?? "").split("\n").map((line) => `  ${line}`),
  ] : ["The bundle does NOT hold."]];
  return all.map(shownLine);
}
