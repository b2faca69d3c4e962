import { describe, expect, it } from "vitest";
import { redacted, redactedText } from "./redaction";

const SECRET = "s3cr3t-value-0123456789";

describe("redacted", () => {
  it.each(["password", "secret", "token", "cookie", "Authorization", "one_time_password",
    "new_password", "sessionToken", "set-cookie", "api_key", "tokens"])(
    "hides %s at any depth", (name) => {
      const hide = (value: object): string => JSON.stringify(redacted(value));
      for (const value of [{ [name]: SECRET }, { a: { b: [{ c: { [name]: SECRET } }] } },
        { [name]: [SECRET] }, { [name]: { inner: SECRET } },
        { err: Object.assign(new Error("x"), { config: { [name]: SECRET } }) }]) {
        expect(hide(value)).not.toContain(SECRET);
        expect(hide(value)).toContain("[redacted]");
      }
    });

  it("leaves everything else as it is", () => {
    const line = { token_id: "t", status: 404, at: null, list: [1, "a", { b: true }],
      secretary: "Anne" };
    expect(redacted(line)).toStrictEqual(line);
  });

  it("ends on what refers to itself", () => {
    const loop: Record<string, unknown> = {};
    loop.loop = loop;
    expect(JSON.stringify(redacted(loop))).toContain("[too deep]");
  });

  it("keeps an error's type, message and stack", () => {
    const error = redacted({ err: new TypeError("no such thing") }) as { err: { stack: string } };
    expect(error).toMatchObject({ err: { type: "TypeError", message: "no such thing" } });
    expect(error.err.stack).toContain("redaction.test");
  });
});

describe("redactedText", () => {
  it.each([
    `connect postgresql://todiscope:${SECRET}@127.0.0.1:5432/postgres failed`,
    `header Bearer ${SECRET}`, `authorization: bearer ${SECRET}`, `token tds_${SECRET} revoked`,
    `hash $argon2id$v=19$m=19456,t=2,p=1$${SECRET}`,
    `cookie next-auth.session-token=${SECRET}; path=/`, `next-auth.session-token.0=${SECRET}`,
  ])("hides the secret in %j", (text) => {
    expect(redactedText(text)).not.toContain(SECRET);
    expect(redactedText(text)).toContain("[redacted]");
  });
  it.each(["GET https://example.com:8443/a@b", "user a@b.c at 12:30:15", "Bearer",
    '{"url":"http://localhost:3000","email":"a@example.com"}'])("leaves %j", (text) => {
    expect(redactedText(text)).toBe(text);
  });
});
