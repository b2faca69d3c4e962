import { environment } from "../platform/environment";
import * as bucket from "./inbox-bucket";
import * as folder from "./inbox-files";
import type { SeenFile } from "./inbox-files";
import { s3Place } from "../platform/s3";

/** Whether tapes are watched for at all. */
export const isInboxSet = (): boolean => environment().TODISCOPE_INBOX !== undefined;

/** Where they come: a folder, or a bucket. */
const place = () => s3Place(environment().TODISCOPE_INBOX ?? "") === null ? folder : bucket;

export const inboxFolders = () => place().inboxFolders();
export const inboxFiles = (name: string) => place().inboxFiles(name);
export const readInboxFile = (seen: SeenFile) => place().readInboxFile(seen);
export const canMoveFrom = (name: string) => place().canMoveFrom(name);
export const moveToImported = (seen: SeenFile, version: number) =>
  place().moveToImported(seen, version);
export const moveToFailed = (seen: SeenFile, reason: string) =>
  place().moveToFailed(seen, reason);
