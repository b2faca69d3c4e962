import { z } from "zod";
import { datasetOperations } from "./dataset";
import { TAPE_TYPES } from "./tape-types";
import { timestamp, uuid } from "./common";
import { operation } from "./operation";
import { UPLOAD_PIECE_BYTES } from "./facts";


const sha256 = z.string().regex(/^[0-9a-f]{64}$/, "SHA-256 as 64 lower-case hexadecimal digits");

export const uploadSchema = z.object({
  upload_id: uuid,
  dataset_id: uuid,
  name: z.string(),
  media_type: z.string(),
  content_encoding: z.string().nullable(),
  bytes: z.number().int().meta({ description: "Of the whole file, as it is sent." }),
  offset: z.number().int().meta({ description: "Bytes that have arrived: where the next piece begins." }),
  sha256: z.string().nullable(),
  created_at: timestamp,
  created_by: z.string(),
  expires_at: timestamp.meta({ description: "When it is removed; each piece puts it off." }),
}).meta({ id: "Upload" });

export const uploadOperations = {
  createUpload: operation({
    method: "POST", path: "/datasets/{id}/uploads", tag: "Datasets", role: "INGEST", status: 201,
    gates: ["kill_switch"], creates: true,
    summary: "Begins an upload in pieces, which goes on where it was interrupted. When all has " +
      "arrived, `POST /datasets/{id}/versions?upload=` makes a version of it.",
    body: z.strictObject({
      name: z.string().trim().min(1).max(500),
      media_type: z.enum(TAPE_TYPES),
      content_encoding: z.enum(["gzip"]).nullish(),
      bytes: z.number().int().min(1).max(datasetOperations.createVersion.maxBodyBytes),
      sha256: sha256.nullish().meta({ description: "Of the whole file; checked at the end." }),
    }),
    response: uploadSchema,
    errors: ["REQUEST_BODY_INVALID", "DATASET_NOT_FOUND"],
  }),
  getUpload: operation({
    method: "GET", path: "/uploads/{id}", tag: "Datasets", role: "INGEST",
    summary: "How much of an upload has arrived. Only who began it sees it.",
    response: uploadSchema, errors: ["UPLOAD_NOT_FOUND"],
  }),
  appendUpload: operation({
    method: "POST", path: "/uploads/{id}/pieces", tag: "Datasets", role: "INGEST",
    summary: "Adds a piece. It is kept whole or not at all; one that begins elsewhere than at " +
      "`offset` is refused with the offset that is expected.",
    query: z.strictObject({
      offset: z.coerce.number().int().min(0).max(Number.MAX_SAFE_INTEGER)
        .meta({ description: "Where the piece begins." }),
      sha256: sha256.optional().meta({ description: "Of the piece." }),
    }),
    body: "stream", bodyTypes: ["application/octet-stream"], maxBodyBytes: UPLOAD_PIECE_BYTES,
    response: uploadSchema,
    errors: ["PARAMETERS_INVALID", "UPLOAD_NOT_FOUND", "UPLOAD_OFFSET_CONFLICT",
      "UPLOAD_CHECKSUM_MISMATCH"],
  }),
  deleteUpload: operation({
    method: "DELETE", path: "/uploads/{id}", tag: "Datasets", role: "INGEST",
    summary: "Gives up an upload; its bytes are removed.",
    response: uploadSchema, errors: ["UPLOAD_NOT_FOUND"],
  }),
};
