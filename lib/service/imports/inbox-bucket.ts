import { AppError } from "../platform/app-error";
import { environment } from "../platform/environment";
import { FileGoneError, type SeenFile } from "./inbox-files";
import { headS3, listS3, moveS3, readS3, S3Error, s3Place, writeS3, type S3Place } from "../platform/s3";

/**
 * The watched place in a bucket: `s3://<bucket>/<prefix>/<dataset>/<file>`, with the functions of
 * the watched folder. An object appears whole, so that none is still on its way.
 */

function placeOf(...names: string[]): S3Place {
  const place = s3Place(environment().TODISCOPE_INBOX ?? "");
  if (place === null) throw new FileGoneError("TODISCOPE_INBOX is no bucket here");
  const prefix = place.key === "" || place.key.endsWith("/") ? place.key : `${place.key}/`;
  return { bucket: place.bucket, key: prefix + names.join("/") };
}

const isHidden = (name: string): boolean =>
  name === "" || name.startsWith(".") || name.startsWith("~$");
const nameIn = (key: string): string => key.replace(/\/$/, "").split("/").at(-1) ?? "";

export async function inboxFolders(): Promise<{ folders: string[]; links: string[] }> {
  const { prefixes } = await listS3(placeOf());
  return { folders: prefixes.map(nameIn).filter((name) => !isHidden(name)), links: [] };
}

export async function inboxFiles(
  folder: string,
): Promise<{ settled: SeenFile[]; unsettled: string[]; links: string[] }> {
  const place = placeOf(folder, "");
  const { objects } = await listS3(place);
  const settled = objects.flatMap(({ key, bytes, modifiedMs, etag }): SeenFile[] => {
    const name = key.slice(place.key.length);
    return isHidden(name) ? []
      : [{ folder, name, inode: 0, bytes, modifiedMs, arrivedMs: modifiedMs, etag }];
  });
  return { settled, unsettled: [], links: [] };
}

const gone = ({ folder, name }: SeenFile): FileGoneError =>
  new FileGoneError(`${folder}/${name} changed while it was looked at`);

const isGone = (error: unknown): boolean =>
  error instanceof S3Error && (error.status === 404 || error.status === 412);

/** @throws FileGoneError when it is another by now; AppError FILE_UNREADABLE without the right. */
export async function* readInboxFile(seen: SeenFile): AsyncGenerator<Uint8Array> {
  try {
    yield* readS3(placeOf(seen.folder, seen.name), seen.etag ?? "");
  } catch (error) {
    if (isGone(error)) throw gone(seen);
    if (!(error instanceof S3Error) || error.status !== 403) throw error;
    throw new AppError("FILE_UNREADABLE", { message: "the server may not read the object" });
  }
}

/** A bucket says only when it is asked to: what cannot be moved is known again the next time. */
export const canMoveFrom = (): Promise<boolean> => Promise.resolve(true);

export const moveToImported = (seen: SeenFile, version: number): Promise<boolean> =>
  move(seen, placeOf(seen.folder, "imported", `${version}-${seen.name}`).key);

export async function moveToFailed(seen: SeenFile, reason: string): Promise<boolean> {
  const target = placeOf(seen.folder, "failed", "");
  const { objects } = await listS3(target);
  const taken = new Set(objects.map(({ key }) => key));
  let key = target.key + seen.name;
  for (let count = 2; taken.has(key) || taken.has(`${key}.txt`); count += 1) {
    key = `${target.key}${count}-${seen.name}`;
  }
  if (!await move(seen, key)) return false;
  await writeS3({ bucket: target.bucket, key: `${key}.txt` }, reason);
  return true;
}

async function move(seen: SeenFile, toKey: string): Promise<boolean> {
  const place = placeOf(seen.folder, seen.name);
  try {
    // Looked at once more: not every store knows a copy's condition.
    if ((await headS3(place)).etag !== seen.etag) return false;
    await moveS3(place, seen.etag ?? "", toKey);
    return true;
  } catch (error) {
    if (isGone(error)) return false;
    throw error;
  }
}
