import { addressOf } from "@/lib/contract/addresses";
import { ApiError } from "@/lib/client/api";
import type { QueryInputOf } from "@/lib/contract/operations";
import type { Version } from "./types";

export interface UploadProgress {
  sent: number;
  total: number;
  elapsedMs: number;
  /** Bytes that had arrived before this attempt. */
  from?: number;
  /** The connection is gone and is tried again. */
  isWaiting?: boolean;
}

export interface UploadInput {
  datasetId: string;
  body: Blob;
  type: string;
  encoding?: "gzip" | undefined;
  query: QueryInputOf<"createVersion">;
  onProgress: (progress: UploadProgress) => void;
  signal: AbortSignal;
}

interface ProblemBody {
  detail?: string;
  message?: string;
  request_id?: string;
  errors?: { path: string; message: string }[];
}

function refusal(request: XMLHttpRequest): ApiError {
  const location = request.getResponseHeader("location");
  const requestId = request.getResponseHeader("x-request-id");
  try {
    const problem = JSON.parse(request.responseText) as ProblemBody;
    return new ApiError(problem.detail ?? "INTERNAL_ERROR",
      problem.message ?? `The server answered ${request.status}.`, request.status,
      problem.request_id ?? requestId, problem.errors, location);
  } catch {
    return new ApiError(request.status === 413 ? "PAYLOAD_TOO_LARGE" : "INTERNAL_ERROR",
      `The server answered ${request.status}.`, request.status, requestId, [], location);
  }
}

/**
 * Sends a tape with progress, which fetch cannot tell. Waits two seconds for the seal; a longer
 * import answers with the version as it stands.
 * @throws ApiError for a refusal, and `AbortError` when cancelled.
 */
export function uploadTape(input: UploadInput): Promise<Version> {
  const { datasetId, body, type, encoding, query, onProgress, signal } = input;
  const { method, url } = addressOf("createVersion", { id: datasetId }, query);
  const started = performance.now();
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open(method, url);
    request.setRequestHeader("content-type", type);
    if (encoding) request.setRequestHeader("content-encoding", encoding);
    request.setRequestHeader("prefer", "wait=2");
    request.upload.onprogress = (event) => onProgress({
      sent: event.loaded, total: event.lengthComputable ? event.total : body.size,
      elapsedMs: performance.now() - started,
    });
    request.onload = () => {
      if (request.status < 200 || request.status >= 300) reject(refusal(request));
      else resolve(JSON.parse(request.responseText) as Version);
    };
    request.onerror = () => reject(new ApiError("NETWORK",
      "The connection was lost while uploading. The file and your choices are kept. Try again.",
      0, null));
    request.onabort = () => reject(new DOMException("Upload cancelled", "AbortError"));
    signal.addEventListener("abort", () => request.abort(), { once: true });
    request.send(body);
  });
}
