import { ApiError, call } from "@/lib/client/api";
import type { TAPE_TYPES } from "@/lib/contract/tape-types";
import { UPLOAD_PIECE_BYTES } from "@/lib/contract/facts";
import { sha256Hex } from "@/lib/kernel/hash";
import { pauseS, sendPieces } from "@/lib/kernel/pieces";
import type { UploadProgress } from "./upload";

/** An upload that was begun in this browser and has not become a version. */
export interface Unfinished {
  uploadId: string;
  datasetId: string;
  /** What tells the file from another of its name. */
  key: string;
  name: string;
  size: number;
  sent: number;
}

const STORE = "unfinished-uploads";
const KEPT = 20;
/** What of a file's beginning is compared before more of it is sent. */
const HEAD_BYTES = 64 * 1024;

/** The list as the browser keeps it. */
export function unfinishedText(): string {
  try {
    return localStorage.getItem(STORE) ?? "[]";
  } catch {
    return "[]";
  }
}

export function unfinishedIn(text: string): Unfinished[] {
  try {
    return JSON.parse(text) as Unfinished[];
  } catch {
    return [];
  }
}

export const unfinishedUploads = (): Unfinished[] => unfinishedIn(unfinishedText());

/** Tells when the list changes, in this tab or another one. */
export function watchUnfinished(listener: () => void): () => void {
  window.addEventListener(STORE, listener);
  window.addEventListener("storage", listener);
  return () => {
    window.removeEventListener(STORE, listener);
    window.removeEventListener("storage", listener);
  };
}

function keep(list: readonly Unfinished[]): void {
  try {
    localStorage.setItem(STORE, JSON.stringify(list.slice(0, KEPT)));
    window.dispatchEvent(new Event(STORE));
  } catch {
    // Without storage an upload goes on over cuts, but not over a reload.
  }
}

const note = (one: Unfinished): void =>
  keep([one, ...unfinishedUploads().filter(({ uploadId }) => uploadId !== one.uploadId)]);

export const forgetUpload = (uploadId: string): void =>
  keep(unfinishedUploads().filter((one) => one.uploadId !== uploadId));

/** Gives an upload up, here and at the server. */
export async function discardUpload(uploadId: string): Promise<void> {
  forgetUpload(uploadId);
  // What the server does not hear of, it removes by itself after two days.
  await call("deleteUpload", { path: { id: uploadId } }).catch(() => undefined);
}

/** Name, size, time of change and first bytes: the same file chosen again has the same key. */
export async function keyOfFile(file: File): Promise<string> {
  const head = new Uint8Array(await file.slice(0, HEAD_BYTES).arrayBuffer());
  return [file.name, file.size, file.lastModified, await hashOf(head)].join("/");
}

/** Only pages that came over TLS, or from this machine, have the browser's own hashing. */
async function hashOf(bytes: Uint8Array<ArrayBuffer>): Promise<string> {
  const subtle = globalThis.crypto?.subtle as SubtleCrypto | undefined;
  if (!subtle) return sha256Hex(bytes);
  const digest = new Uint8Array(await subtle.digest("SHA-256", bytes));
  return Array.from(digest, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

export interface PiecesInput {
  datasetId: string;
  file: File;
  type: string;
  encoding?: "gzip" | undefined;
  onProgress: (progress: UploadProgress) => void;
  signal: AbortSignal;
}

/** The upload that goes on, or a new one. */
async function begin(input: PiecesInput, key: string): Promise<{ id: string; offset: number }> {
  const { datasetId, file, type, encoding, signal } = input;
  const known = unfinishedUploads().find((one) =>
    one.key === key && one.datasetId === datasetId);
  if (known) {
    try {
      const { offset } = await call("getUpload", { path: { id: known.uploadId }, signal });
      return { id: known.uploadId, offset };
    } catch (error) {
      if (!(error instanceof ApiError) || error.code !== "UPLOAD_NOT_FOUND") throw error;
      forgetUpload(known.uploadId);
    }
  }
  const upload = await call("createUpload", { path: { id: datasetId }, signal, body: {
    name: file.name, media_type: type as (typeof TAPE_TYPES)[number], bytes: file.size,
    content_encoding: encoding ?? null } });
  return { id: upload.upload_id, offset: 0 };
}

const PASSING = new Set([0, 408, 429]);
const mayPass = (error: unknown): boolean => error instanceof ApiError
  && (PASSING.has(error.status) || error.status >= 500
    || error.code === "UPLOAD_OFFSET_CONFLICT" || error.code === "UPLOAD_CHECKSUM_MISMATCH");

/** Waits a while, or until the network is back. */
const pause = (seconds: number, signal: AbortSignal): Promise<void> => new Promise((resolve) => {
  const end = (): void => {
    clearTimeout(timer);
    window.removeEventListener("online", end);
    resolve();
  };
  const timer = setTimeout(end, seconds * 1000);
  window.addEventListener("online", end, { once: true });
  signal.addEventListener("abort", end, { once: true });
});

/**
 * Sends a file piece by piece, on from where an earlier attempt with it ended; cuts of the network
 * only make it wait. Returns the upload's id, for `createVersion`.
 * @throws ApiError for a refusal, `AbortError` when cancelled.
 */
export async function sendInPieces(input: PiecesInput): Promise<string> {
  const { datasetId, file, onProgress, signal } = input;
  const started = performance.now();
  const key = await keyOfFile(file);
  const { id, offset: from } = await begin(input, key);
  const tell = (sent: number, isWaiting = false): void => onProgress({
    sent, from, total: file.size, elapsedMs: performance.now() - started, isWaiting });
  let sent = from;
  const arrived = (offset: number): number => {
    sent = offset;
    note({ uploadId: id, datasetId, key, name: file.name, size: file.size, sent });
    tell(sent);
    return sent;
  };
  arrived(from);
  await sendPieces(from, {
    total: file.size, pieceBytes: UPLOAD_PIECE_BYTES, mayPass,
    send: async (start, end) => {
      const bytes = new Uint8Array(await file.slice(start, end).arrayBuffer());
      const { offset } = await call("appendUpload", { path: { id }, signal,
        query: { offset: start, sha256: await hashOf(bytes) },
        stream: { data: new Blob([bytes]), type: "application/octet-stream" } });
      return arrived(offset);
    },
    ask: async () => arrived((await call("getUpload", { path: { id }, signal })).offset),
    pause: async (failures) => {
      tell(sent, true);
      await pause(pauseS(failures), signal);
      signal.throwIfAborted();
    },
  }).catch((error: unknown) => {
    // Who cancels gives it up; what broke off by itself can go on.
    if (signal.aborted) void discardUpload(id);
    throw error;
  });
  return id;
}
