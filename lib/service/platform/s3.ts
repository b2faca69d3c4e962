import { createReadStream } from "node:fs";
import { stat } from "node:fs/promises";
import type * as Library from "@aws-sdk/client-s3";
import { environment } from "./environment";
import { processState } from "./process-state";

/** An object, or the objects below a prefix, of a bucket. */
export type S3Place = { bucket: string; key: string };

/** An object as it was seen; an ETag tells it from what another upload makes of its key. */
export type S3Object = { key: string; bytes: number; modifiedMs: number; etag: string };

/** What S3 refused, by its own code; nothing of the request, which holds a signature, is kept. */
export class S3Error extends Error {
  override name = "S3Error";
  constructor(readonly code: string, readonly status: number | null, place: S3Place) {
    super(`s3://${place.bucket}/${place.key}: ${code}`);
  }
}

const ADDRESS = /^s3:\/\/([a-z0-9][a-z0-9.-]{1,61}[a-z0-9])(?:\/(.*))?$/s;

/** `s3://bucket/key` in parts; null for any other text. */
export function s3Place(text: string): S3Place | null {
  const [, bucket, key = ""] = ADDRESS.exec(text) ?? [];
  return bucket === undefined ? null : { bucket, key };
}

/**
 * The client for the one endpoint that the environment names; no request can name another. The
 * library is loaded at first use: most installations never need it.
 */
const client = () => processState("s3-client", async () => {
  // The version is pinned: what later ones need is no news for who runs this one.
  process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED = "true";
  const { S3Client: Client } = await import("@aws-sdk/client-s3");
  const { AWS_ENDPOINT_URL: endpoint, AWS_DEFAULT_REGION: region, AWS_ACCESS_KEY_ID: accessKeyId,
    AWS_SECRET_ACCESS_KEY: secretAccessKey } = environment();
  return new Client({
    region, ...(endpoint === undefined ? {} : { endpoint, forcePathStyle: true }),
    ...(accessKeyId === undefined || secretAccessKey === undefined ? {}
      : { credentials: { accessKeyId, secretAccessKey } }),
    // Stores that are not Amazon's often do not know the newer checksums.
    requestChecksumCalculation: "WHEN_REQUIRED", responseChecksumValidation: "WHEN_REQUIRED",
  });
});

async function ask<T>(
  place: S3Place, work: (client: Library.S3Client, library: typeof Library) => Promise<T>,
): Promise<T> {
  try {
    return await work(await client(), await import("@aws-sdk/client-s3"));
  } catch (error) {
    const { name, code, $metadata } = error as
      { name: string; code?: string; $metadata?: { httpStatusCode?: number } };
    throw new S3Error(name === "Error" ? code ?? name : name,
      $metadata?.httpStatusCode ?? null, place);
  }
}

const at = ({ bucket: Bucket, key: Key }: S3Place) => ({ Bucket, Key });

/** What lies directly below a prefix: objects, and the names of further prefixes. */
export async function listS3(
  place: S3Place,
): Promise<{ objects: S3Object[]; prefixes: string[] }> {
  const [objects, prefixes]: [S3Object[], string[]] = [[], []];
  for (let token: string | undefined, isFirst = true; isFirst || token !== undefined;) {
    isFirst = false;
    const page = await ask(place, (s3, { ListObjectsV2Command }) =>
      s3.send(new ListObjectsV2Command({ Bucket: place.bucket, Prefix: place.key, Delimiter: "/",
        ...(token === undefined ? {} : { ContinuationToken: token }) })));
    for (const { Key = "", Size = 0, LastModified, ETag = "" } of page.Contents ?? []) {
      objects.push({ key: Key, bytes: Size, modifiedMs: LastModified?.getTime() ?? 0, etag: ETag });
    }
    for (const { Prefix } of page.CommonPrefixes ?? []) if (Prefix) prefixes.push(Prefix);
    token = page.NextContinuationToken;
  }
  return { objects, prefixes };
}

/** @throws S3Error, with status 404 when there is none */
export const headS3 = (place: S3Place): Promise<S3Object> =>
  ask(place, async (s3, { HeadObjectCommand }) => {
    const head = await s3.send(new HeadObjectCommand(at(place)));
    return { key: place.key, bytes: head.ContentLength ?? 0, etag: head.ETag ?? "",
      modifiedMs: head.LastModified?.getTime() ?? 0 };
  });

/** The bytes of an object from `start` to before `end`, as long as it is the one with this ETag. */
export async function* readS3(
  place: S3Place, etag: string, start = 0, end?: number,
): AsyncGenerator<Uint8Array> {
  const body = await ask(place, async (s3, { GetObjectCommand }) =>
    (await s3.send(new GetObjectCommand({ ...at(place), IfMatch: etag,
      ...(end === undefined ? {} : { Range: `bytes=${start}-${end - 1}` }) }))).Body);
  yield* body as unknown as AsyncIterable<Uint8Array>;
}

/** Copies an object that still has this ETag to another key, then removes it. */
export const moveS3 = (place: S3Place, etag: string, toKey: string): Promise<void> =>
  ask(place, async (s3, { CopyObjectCommand, DeleteObjectCommand }) => {
    const source = [place.bucket, ...place.key.split("/")].map(encodeURIComponent).join("/");
    await s3.send(new CopyObjectCommand({ Bucket: place.bucket, Key: toKey, CopySource: source,
      CopySourceIfMatch: etag }));
    await s3.send(new DeleteObjectCommand(at(place)));
  });

export const writeS3 = (place: S3Place, content: string | Uint8Array): Promise<void> =>
  ask(place, async (s3, { PutObjectCommand }) => {
    await s3.send(new PutObjectCommand({ ...at(place), Body: content,
      ContentType: typeof content === "string" ? "text/plain; charset=utf-8"
        : "application/octet-stream" }));
  });

/** Writes an object of what a file holds, without holding it in memory. */
export const writeS3From = (place: S3Place, file: string): Promise<void> =>
  ask(place, async (s3, { PutObjectCommand }) => {
    const { size } = await stat(file);
    await s3.send(new PutObjectCommand({ ...at(place), Body: createReadStream(file),
      ContentLength: size, ContentType: "application/octet-stream" }));
  });

export const removeS3 = (place: S3Place): Promise<void> =>
  ask(place, async (s3, { DeleteObjectCommand }) => {
    await s3.send(new DeleteObjectCommand(at(place)));
  });
