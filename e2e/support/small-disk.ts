import { execFileSync } from "node:child_process";
import { closeSync, mkdirSync, openSync, rmSync, statfsSync, writeSync } from "node:fs";
import path from "node:path";
import { newDataDir, removeDataDir } from "./server";

const MEGABYTE = 1024 ** 2;

/** A disk of a few megabytes: a test can fill it without harm to the machine. */
export type SmallDisk = {
  folder: string;
  /** Makes it larger or smaller while it is in use. */
  resize(megabytes: number): void;
  /** Writes a file that leaves so many megabytes, 0 for not one byte; the way to remove it. */
  fill(leaveMegabytes: number): () => void;
  unmount(): void;
};

const mount = (...options: string[]): void => {
  execFileSync("mount", options, { stdio: "ignore" });
};

/** Mounts a disk in memory at a folder, which must be one that other accounts may enter. */
export function mountSmallDisk(megabytes: number, folder = newDataDir()): SmallDisk {
  mkdirSync(folder, { recursive: true });
  mount("-t", "tmpfs", "-o", `size=${megabytes}m,mode=755`, "tmpfs", folder);
  return {
    folder,
    resize: (size) => mount("-o", `remount,size=${size}m`, folder),
    fill: (leave) => fill(folder, leave),
    unmount: () => {
      execFileSync("umount", ["-l", folder]);
      removeDataDir(folder);
    },
  };
}

function fill(folder: string, leaveMegabytes: number): () => void {
  const ballast = path.join(folder, "ballast");
  const file = openSync(ballast, "w");
  const left = (): number => {
    const { bavail, bsize } = statfsSync(folder);
    return bavail * bsize;
  };
  try {
    while (left() > leaveMegabytes * MEGABYTE) writeSync(file, Buffer.alloc(64 * 1024));
  } catch (error) {
    if ((error as { code?: string }).code !== "ENOSPC") throw error;
  } finally {
    closeSync(file);
  }
  return () => rmSync(ballast);
}

/** Why no small disk can be had here; null where one can. */
export function whyNoSmallDisk(): string | null {
  if (process.getuid?.() !== 0) return "only root may mount a disk";
  try {
    mountSmallDisk(1).unmount();
    return null;
  } catch (error) {
    return `mount failed: ${(error as Error).message.split("\n")[0]}`;
  }
}
