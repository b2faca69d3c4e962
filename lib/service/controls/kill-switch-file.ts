import { randomUUID } from "node:crypto";
import {
  closeSync, fsyncSync, mkdirSync, openSync, readFileSync, renameSync, rmSync, statSync, writeSync,
} from "node:fs";
import os from "node:os";
import path from "node:path";
import { z } from "zod";
import { KILL_SWITCH_TRIGGERS } from "@/lib/contract/controls";
import { environment } from "../platform/environment";

const instant = z.iso.datetime({ offset: true });
const schema = z.strictObject({
  enabled: z.boolean(),
  reason: z.string().trim().min(1).max(2000).optional(),
  activated_by: z.string().max(500).optional(),
  activated_at: instant.optional(),
  // What the product adds, so that whoever finds the file can record the activation in full.
  activation_id: z.uuid().optional(),
  trigger: z.enum(KILL_SWITCH_TRIGGERS).optional(),
  role: z.string().max(500).nullish(),
  request_id: z.string().max(100).nullish(),
  correlation_id: z.string().max(100).nullish(),
});

/** What `kill-switch.json` may hold; only `enabled` is needed. */
export type KillSwitchContent = z.infer<typeof schema>;

/** The file as it stands; `unreadable` says why it cannot be understood, and then it halts. */
export type KillSwitchFile = {
  enabled: boolean; reason: string | null; content: KillSwitchContent | null;
  unreadable: string | null; modifiedAt: number;
};

export const NO_FILE: KillSwitchFile =
  { enabled: false, reason: null, content: null, unreadable: null, modifiedAt: 0 };

export const killSwitchPath = (): string =>
  path.resolve(environment().TODISCOPE_DATA_DIR, "kill-switch.json");

/** This data folder, as other machines may know it. */
export const dataFolderName = (): string =>
  `${os.hostname()}:${path.resolve(environment().TODISCOPE_DATA_DIR)}`;

/** The content of a file that is there; whatever is not understood to the letter counts as on. */
export function parseKillSwitch(text: string, modifiedAt: number): KillSwitchFile {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return unreadable(text.trim() === "" ? "it is empty" : "it is no whole JSON", modifiedAt);
  }
  const parsed = schema.safeParse(value);
  if (!parsed.success) {
    const issue = parsed.error.issues[0];
    return unreadable(`${issue?.path.join(".") || "the content"}: ${issue?.message ?? ""}`, modifiedAt);
  }
  const { enabled, reason } = parsed.data;
  return { enabled, content: parsed.data, unreadable: null, modifiedAt,
    reason: enabled ? reason ?? "kill-switch.json gives no reason." : null };
}

const unreadable = (why: string, modifiedAt: number): KillSwitchFile => ({
  enabled: true, content: null, unreadable: why, modifiedAt,
  reason: `kill-switch.json in the data folder cannot be understood (${why}). ` +
    'Write {"enabled": true or false, "reason": "..."} or remove the file.',
});

/** Reads the file; no file is off, one that cannot be read is on. */
export function readKillSwitchFile(): KillSwitchFile {
  let modifiedAt = 0;
  try {
    modifiedAt = statSync(killSwitchPath()).mtimeMs;
    return parseKillSwitch(readFileSync(killSwitchPath(), "utf8"), modifiedAt);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    return code === "ENOENT" ? NO_FILE : unreadable(`it cannot be read: ${code ?? "?"}`, modifiedAt);
  }
}

/** Replaces the file as a whole: who reads it meanwhile sees the one before or this one. */
export function writeKillSwitchFile(content: KillSwitchContent): void {
  const file = killSwitchPath();
  mkdirSync(path.dirname(file), { recursive: true });
  const draft = `${file}.${randomUUID()}`;
  try {
    const handle = openSync(draft, "wx", 0o644);
    try {
      writeSync(handle, `${JSON.stringify(content, null, 2)}\n`);
      fsyncSync(handle);
    } finally {
      closeSync(handle);
    }
    renameSync(draft, file);
  } catch (error) {
    rmSync(draft, { force: true });
    throw error;
  }
}

/** Removes the file unless it has changed since it was read. @returns whether it is gone. */
export function removeKillSwitchFile(seen: KillSwitchFile): boolean {
  const now = readKillSwitchFile();
  if (now.modifiedAt !== seen.modifiedAt) return !now.enabled;
  try {
    rmSync(killSwitchPath(), { force: true });
    return true;
  } catch {
    return false;
  }
}
