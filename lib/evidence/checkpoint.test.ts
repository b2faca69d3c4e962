import fc from "fast-check";
import { generateKeyPairSync, sign } from "node:crypto";
import { describe, expect, it } from "vitest";
import { sha256 } from "../kernel/hash";
import {
  base64, checkpointNote, checkpointText, noteKeyHash, readCheckpoint, verifierKey,
} from "./checkpoint";

const { publicKey: pair, privateKey } = generateKeyPairSync("ed25519");
const publicKey = new Uint8Array(Buffer.from(pair.export({ format: "jwk" }).x ?? "", "base64url"));
const checkpoint = { origin: "todiscope.log/x", size: 12, root: sha256("root"),
  signed_at: "2026-11-28T22:00:00.000Z", previous: { number: 7, hash: sha256("before") } };
const signature = new Uint8Array(sign(null, Buffer.from(checkpointText(checkpoint)), privateKey));
const note = checkpointNote(checkpoint, publicKey, signature);

describe("a checkpoint", () => {
  it("names a key as signed notes do", () => {
    const bytes = Buffer.concat([Buffer.from("todiscope.log/x\n"), Buffer.from([1]), publicKey]);
    expect(base64(noteKeyHash("todiscope.log/x", publicKey)))
      .toBe(base64(sha256(new Uint8Array(bytes)).slice(0, 4)));
    expect(verifierKey("todiscope.log/x", publicKey)).toMatch(/^todiscope\.log\/x\+[0-9a-f]{8}\+A/);
  });

  it("is read as it was written", () => {
    const read = readCheckpoint(note, publicKey);
    expect(read).toStrictEqual({ ok: true, value: { ...checkpoint, signature,
      text: checkpointText(checkpoint) } });
    expect(readCheckpoint(note, sha256("another key"))).toStrictEqual(
      { ok: false, error: "CHECKPOINT_BY_ANOTHER_KEY" });
  });

  it("of a release that said nothing of those before is read as well", () => {
    const old = { ...checkpoint, previous: null };
    const text = checkpointText(old);
    const signed = new Uint8Array(sign(null, Buffer.from(text), privateKey));
    expect(text.split("\n")).toHaveLength(5);
    expect(readCheckpoint(checkpointNote(old, publicKey, signed), publicKey)).toStrictEqual(
      { ok: true, value: { ...old, signature: signed, text } });
  });

  it("has no byte that could be another", () => {
    fc.assert(fc.property(fc.nat({ max: note.length - 1 }), fc.integer({ min: 1, max: 126 }),
      (at, code) => {
        const other = `${note.slice(0, at)}${String.fromCharCode(code)}${note.slice(at + 1)}`;
        if (other === note) return;
        const read = readCheckpoint(other, publicKey);
        // What is read must be other text, or another signature.
        expect(read.ok && read.value.text === checkpointText(checkpoint)
          && base64(read.value.signature) === base64(signature)).toBe(false);
      }), { numRuns: 2000 });
    for (const other of [`${note}\n`, note.slice(0, -1), ` ${note}`, note.replace("\n", "\r\n")]) {
      expect(readCheckpoint(other, publicKey).ok).toBe(false);
    }
  });
});
