import { constants } from "node:fs";
import { access, lstat, mkdir, open, readdir, realpath, rename, writeFile } from "node:fs/promises";
import path from "node:path";
import { AppError } from "../platform/app-error";
import { environment } from "../platform/environment";

/**
 * The watched folder on disk: `<inbox>/<dataset>/<file>`. Nothing here follows a symbolic link,
 * so that no name in it leads out of it.
 */

/** A file as it was seen: what tells it from another that takes its name. */
export type SeenFile = {
  /** Names of the dataset's folder and of the file in it. */
  folder: string; name: string;
  inode: number; bytes: number; modifiedMs: number;
  /** When it came under this name, or was last changed. */
  arrivedMs: number;
  /** Of an object in a bucket, which has no inode. */
  etag?: string;
};

/** It is not, or no longer, what was seen: changed, moved, or a link by now. */
export class FileGoneError extends Error {
  override name = "FileGoneError";
}

/** A file whose size or time changed later than this ago may still be on its way. */
const SETTLED_MS = 3000;

/** The watched folder; null where none is configured. */
const inboxRoot = (): string | null => {
  const { TODISCOPE_INBOX: folder } = environment();
  return folder === undefined ? null : path.resolve(folder);
};

const rootOrGone = (): string => {
  const root = inboxRoot();
  if (root === null) throw new FileGoneError("TODISCOPE_INBOX is not set here");
  return root;
};

const isHidden = (name: string): boolean => name.startsWith(".") || name.startsWith("~$");

/** The entries of a folder by what they are; hidden ones, as copying tools make, are left out. */
async function entriesOf(folder: string) {
  const entries = (await readdir(folder, { withFileTypes: true }))
    .filter(({ name }) => !isHidden(name)).sort((a, b) => (a.name < b.name ? -1 : 1));
  const names = (kind: "isDirectory" | "isFile" | "isSymbolicLink"): string[] =>
    entries.filter((entry) => entry[kind]()).map(({ name }) => name);
  return { folders: names("isDirectory"), files: names("isFile"), links: names("isSymbolicLink") };
}

/** The folders of the inbox, and links that stand where folders should. */
export const inboxFolders = async (): Promise<{ folders: string[]; links: string[] }> =>
  entriesOf(rootOrGone());

/** The files of a dataset's folder: settled ones in the order of names, others, and links. */
export async function inboxFiles(
  folder: string, now = Date.now(),
): Promise<{ settled: SeenFile[]; unsettled: string[]; links: string[] }> {
  const { files, links } = await entriesOf(path.join(rootOrGone(), folder));
  const [settled, unsettled]: [SeenFile[], string[]] = [[], []];
  for (const name of files) {
    const seen = await look(folder, name);
    if (seen === null) continue;
    if (seen.modifiedMs <= now - SETTLED_MS) settled.push(seen);
    else unsettled.push(name);
  }
  return { settled, unsettled, links };
}

async function look(folder: string, name: string): Promise<SeenFile | null> {
  const found = await lstat(path.join(rootOrGone(), folder, name)).catch(() => null);
  return found?.isFile() ? { folder, name, inode: found.ino, bytes: found.size,
    modifiedMs: found.mtimeMs, arrivedMs: found.ctimeMs } : null;
}

/** Whether a file is still, or again, the one that was seen. */
export const isSameFile = (a: SeenFile, b: SeenFile): boolean =>
  a.folder === b.folder && a.name === b.name && a.inode === b.inode && a.bytes === b.bytes
    && a.modifiedMs === b.modifiedMs && a.etag === b.etag;

/** The folder of a dataset, once more: a link may have taken its place. */
async function realFolder(folder: string): Promise<string> {
  const expected = path.join(await realpath(rootOrGone()), folder);
  const found = await realpath(expected).catch(() => null);
  if (found !== expected) throw new FileGoneError(`${folder} is no folder of the inbox`);
  return expected;
}

/**
 * The bytes of a file that was seen.
 * @throws FileGoneError when it is another by now, or becomes one while it is read; AppError
 * FILE_UNREADABLE when this account may not read it.
 */
export async function* readInboxFile(seen: SeenFile): AsyncGenerator<Uint8Array> {
  const file = path.join(await realFolder(seen.folder), seen.name);
  const handle = await open(file, constants.O_RDONLY | constants.O_NOFOLLOW)
    .catch((error: NodeJS.ErrnoException) => {
      if (error.code === "ENOENT" || error.code === "ELOOP") throw gone(seen);
      if (error.code !== "EACCES" && error.code !== "EPERM") throw error;
      throw new AppError("FILE_UNREADABLE", { message: "the server may not read the file" });
    });
  try {
    const opened = await handle.stat();
    if (!opened.isFile() || opened.ino !== seen.inode) throw gone(seen);
    yield* handle.createReadStream({ highWaterMark: 256 * 1024, autoClose: false });
    const after = await handle.stat();
    if (after.size !== seen.bytes || after.mtimeMs !== seen.modifiedMs) throw gone(seen);
  } finally {
    await handle.close();
  }
}

const gone = ({ folder, name }: SeenFile): FileGoneError =>
  new FileGoneError(`${folder}/${name} changed while it was looked at`);

/** A folder below a dataset's that is one, and no link to another place. */
async function ownFolder(folder: string, name: string): Promise<string> {
  const made = path.join(await realFolder(folder), name);
  await mkdir(made, { recursive: true });
  if (!(await lstat(made)).isDirectory()) throw new FileGoneError(`${made} is no folder`);
  return made;
}

/** Whether files of a dataset's folder can be moved away; else they would come up every time. */
export const canMoveFrom = (folder: string): Promise<boolean> =>
  access(path.join(rootOrGone(), folder), constants.W_OK).then(() => true, () => false);

/** Moves a file to `imported`, under the number of its version; false when it is gone. */
export async function moveToImported(seen: SeenFile, version: number): Promise<boolean> {
  const target = await ownFolder(seen.folder, "imported");
  // The same number and name is the same content once more.
  return move(seen, path.join(target, `${version}-${seen.name}`));
}

/** Moves a file to `failed`, with a text beside it that says why; false when it is gone. */
export async function moveToFailed(seen: SeenFile, reason: string): Promise<boolean> {
  const target = await ownFolder(seen.folder, "failed");
  const name = await freeName(target, seen.name);
  if (!await move(seen, path.join(target, name))) return false;
  await writeFile(path.join(target, `${name}.txt`), reason, { flag: "wx" });
  return true;
}

async function move(seen: SeenFile, target: string): Promise<boolean> {
  const found = await look(seen.folder, seen.name);
  if (found === null || !isSameFile(seen, found)) return false;
  try {
    await rename(path.join(await realFolder(seen.folder), seen.name), target);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return false;
    throw error;
  }
}

/** A name that neither a file nor its reason has yet: what failed before is kept. */
async function freeName(folder: string, name: string): Promise<string> {
  const taken = new Set(await readdir(folder));
  for (let count = 1; ; count += 1) {
    const free = count === 1 ? name : `${count}-${name}`;
    if (!taken.has(free) && !taken.has(`${free}.txt`)) return free;
  }
}
