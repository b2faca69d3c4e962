import type { ResponseOf } from "@/lib/contract/operations";
import { ApiError, refusal } from "./api";

/** Bytes after which a browser may put what came aside, as a piece of its own. */
const PIECE_BYTES = 8_000_000;

export type Received = {
  /** As the server names the file; null until it answers. */
  name: string | null;
  bytes: number;
  /** What there is in all, where the server knows it beforehand. */
  total: number | null;
};

/** A file that takes longer than a moment had better be made by a job than by the answer. */
const PREFER = "respond-async, wait=1";

/**
 * Fetches a file whole: a connection that breaks midway is an error, never a shorter file. What
 * takes long is ordered instead.
 * @returns the file, or the id of the job that makes it
 * @throws ApiError; the signal's reason when it is aborted
 */
export async function fetchFile(
  url: string, signal: AbortSignal, onReceived: (received: Received) => void,
): Promise<{ name: string; blob: Blob } | { ordered: string }> {
  const response = await fetch(url, { credentials: "same-origin", signal,
    headers: { prefer: PREFER } })
    .catch((error: unknown) => { throw broken(error, signal, "The server did not answer."); });
  if (!response.ok) throw await refusal(response);
  if (response.status === 202) {
    return { ordered: (await response.json() as ResponseOf<"getJob">).job_id };
  }
  const name = /filename="([^"]+)"/.exec(response.headers.get("content-disposition") ?? "")?.[1]
    ?? "file";
  const length = Number(response.headers.get("content-length") ?? Number.NaN);
  // Of a packed answer it is the length of what is packed.
  const isPlain = response.headers.get("content-encoding") === null;
  const total = isPlain && Number.isFinite(length) ? length : null;
  const pieces: Blob[] = [];
  let [piece, held, bytes] = [[] as Uint8Array<ArrayBuffer>[], 0, 0];
  const reader = response.body?.getReader();
  onReceived({ name, bytes, total });
  for (;;) {
    const next = await reader?.read().catch((error: unknown) => {
      throw broken(error, signal, "The connection broke before the file was whole.");
    });
    if (!next || next.done) break;
    piece.push(next.value);
    [held, bytes] = [held + next.value.length, bytes + next.value.length];
    onReceived({ name, bytes, total });
    if (held < PIECE_BYTES) continue;
    pieces.push(new Blob(piece));
    [piece, held] = [[], 0];
  }
  const type = response.headers.get("content-type") ?? "";
  return { name, blob: new Blob([...pieces, ...piece], { type }) };
}

const broken = (error: unknown, signal: AbortSignal, what: string): unknown => signal.aborted
  ? error : new ApiError("NETWORK", `${what} Nothing was saved. Try again.`, 0, null);
