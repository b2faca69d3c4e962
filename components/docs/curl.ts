"use client";

import { useSyncExternalStore } from "react";

const never = () => () => undefined;

/** Where this page came from; a fixed text on the server, where there is no address. */
export const useOrigin = (): string =>
  useSyncExternalStore(never, () => window.location.origin, () => "http://localhost:3000");

/** A shell text in single quotes, whatever it holds. */
const quoted = (text: string): string => `'${text.replaceAll("'", "'\\''")}'`;

export interface CurlRequest {
  method: string;
  url: string;
  isPublic?: boolean;
  /** A text that begins with "@" names a file. */
  body?: { type: string; text: string } | null;
}

/** A request to copy into a shell; the token stays in the environment. */
export function curlText({ method, url, isPublic, body }: CurlRequest): string {
  const lines = [`curl -X ${method} "${url}"`];
  if (!isPublic) lines.push("-H \"Authorization: Bearer $TODISCOPE_TOKEN\"");
  if (body) {
    lines.push(`-H "Content-Type: ${body.type}"`);
    lines.push(body.text.startsWith("@") ? `--data-binary ${body.text}` : `-d ${quoted(body.text)}`);
  }
  return lines.join(" \\\n  ");
}
