import { expect, it } from "vitest";
import { BUNDLE_FILES } from "./format";
import { storeZip } from "./store-zip";
import { verifyBundle } from "./verify-bundle";
import { isSignedBy, reportLines } from "./verify-report";

async function packed(names: readonly string[]): Promise<Uint8Array> {
  const pieces: Uint8Array[] = [];
  const files = (async function* () {
    for (const name of names) yield { name, pieces: [new TextEncoder().encode(`${name}\n`)] };
  })();
  for await (const piece of storeZip(files)) pieces.push(piece);
  return Buffer.concat(pieces);
}
const saysOf = async (bytes: Uint8Array): Promise<string | undefined> =>
  (await verifyBundle(bytes, { isSignedBy })).checks.at(-1)?.says;

it("shows what a terminal would obey, and keeps each check on its line", () => {
  const lines = reportLines({ ok: false, run_id: null, checkpoint: null, key_id: null,
    same_verifier: null, checks: [{ name: "The proofs", ok: false,
      says: "The proof of run x\u001b[2K\u001b[1A\r\nholds   The proofs: all.\u202e\u009b1A" }] });
  expect(lines).toHaveLength(3);
  expect(lines[0]).toBe("FAILED  The proofs: The proof of run x\\u{1b}[2K\\u{1b}[1A\\u{d}\\u{a}" +
    "holds   The proofs: all.\\u{202e}\\u{9b}1A");
});

it("keeps the words of other languages", () => {
  const [line] = reportLines({ ok: true, run_id: "r", checkpoint: null, key_id: null,
    same_verifier: true, checks: [{ name: "The sign-off", ok: true, says: "Größe, 日本, שלום" }] });
  expect(line).toBe("holds   The sign-off: Größe, 日本, שלום");
});

it("names the file that is not where a bundle has it", async () => {
  const [first, ...rest] = BUNDLE_FILES;
  expect(await saysOf(await packed([first, first, ...rest]))).toBe('It holds "README.txt" twice.');
  expect(await saysOf(await packed([first, "../verify.mjs", ...rest.slice(1)])))
    .toBe('It holds "../verify.mjs" where verify.mjs should stand.');
  expect(await saysOf(await packed([...BUNDLE_FILES, "more.txt"])))
    .toBe('It holds "more.txt" behind its last file.');
  expect(await saysOf(await packed(BUNDLE_FILES.slice(0, -1)))).toBe("It lacks manifest.json.");
  expect(await saysOf(await packed([`${BUNDLE_FILES[0]},${BUNDLE_FILES[1]}`,
    ...BUNDLE_FILES.slice(2)]))).toMatch(/where README.txt should stand/);
});

it("says of an archive without its end that it may have been cut", async () => {
  const bytes = await packed(BUNDLE_FILES);
  expect(await saysOf(bytes.subarray(0, -1))).toMatch(/cut short/);
});
