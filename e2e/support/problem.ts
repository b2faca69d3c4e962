import { expect } from "vitest";
import { ERRORS, type ErrorCode } from "@/lib/contract/errors";
import type { Answer } from "./api";

/** What a body must never repeat: causes, stacks, statements, addresses of the database. */
const INSIDES = /\bat \w.*\(|\.ts:\d|\.mjs:\d|node_modules|postgres(ql)?:\/\/|SELECT |INSERT |violates|prisma|syntax error|ECONN|127\.0\.0\.1/i;

/** Checks that an answer is this problem, in the whole shape of API.md "Errors". */
export function expectProblem(answer: Answer, code: ErrorCode): void {
  const { json, headers, text } = answer;
  expect([json?.detail, answer.status]).toStrictEqual([code, ERRORS[code][0]]);
  expect(headers.get("content-type")).toBe("application/problem+json");
  const members = Object.keys(json).filter((member) => member !== "errors");
  expect(members).toStrictEqual(["type", "title", "status", "detail", "message", "request_id"]);
  expect(json).toMatchObject({ status: answer.status, title: ERRORS[code][1],
    type: `urn:todiscope:problem:${code.toLowerCase().replaceAll("_", "-")}` });
  expect(json.message).not.toBe("");
  expect(headers.get("x-request-id")).toBe(json.request_id);
  expect(json.request_id).toMatch(/^[A-Za-z0-9._-]{1,100}$/);
  expect(text).not.toMatch(INSIDES);
  for (const entry of json.errors ?? []) {
    expect(Object.keys(entry)).toStrictEqual(["path", "message"]);
  }
  const waits = ["RATE_LIMITED", "DATABASE_UNAVAILABLE"].includes(code);
  if (waits) expect(Number(headers.get("retry-after"))).toBeGreaterThan(0);
}
