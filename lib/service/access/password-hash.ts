import { randomBytes } from "node:crypto";
import { hash, verify } from "@node-rs/argon2";
import { tooMany } from "./sign-in-guard";
import { processState } from "../platform/process-state";

/** Hashes under way or waiting at most: each costs tens of milliseconds of a whole core. */
const HASHES = 32;
const RETRY_S = 5;
const running = () => processState("password-hashes", () => ({ count: 0 }));

/** @throws AppError RATE_LIMITED when so many wait that one more would wait for seconds. */
async function bounded<T>(work: () => Promise<T>): Promise<T> {
  if (running().count >= HASHES) throw tooMany(RETRY_S);
  running().count += 1;
  try {
    return await work();
  } finally {
    running().count -= 1;
  }
}

export const hashPassword = (password: string): Promise<string> => bounded(() => hash(password));

/** Takes as long without a hash as with one: the time must not tell who has an account. */
export const passwordMatches = (stored: string | null, password: string): Promise<boolean> =>
  bounded(async () => {
    if (password.length > 200) return false;
    if (stored !== null) return verify(stored, password);
    await hash(password);
    return false;
  });

export const oneTimePassword = (): string => randomBytes(15).toString("base64url");
