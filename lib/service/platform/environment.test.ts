import { generateKeyPairSync } from "node:crypto";
import { describe, expect, it } from "vitest";
import { parseEnvironment } from "./environment";
import { EnvironmentError } from "./environment-error";

const clusterAt = (TODISCOPE_SCALE_OUT_URL: string) =>
  parseEnvironment({ NODE_ENV: "test", TODISCOPE_SCALE_OUT_URL }).TODISCOPE_SCALE_OUT_URL;

describe("TODISCOPE_SCALE_OUT_URL", () => {
  it("names an address for each shard, with what may be left out filled in", () => {
    expect(clusterAt("")).toBeUndefined();
    expect(clusterAt("http://db1:8123")).toStrictEqual({ database: "default",
      cluster: "todiscope", shards: [{ url: "http://db1:8123", user: "default", password: "" }] });
    expect(clusterAt("https://me:p%40ss@db1:8443/risk?cluster=big, https://db2/risk?cluster=big"))
      .toStrictEqual({ database: "risk", cluster: "big", shards: [
        { url: "https://db1:8443", user: "me", password: "p@ss" },
        { url: "https://db2", user: "default", password: "" }] });
  });

  it.each([
    ["ftp://me:secret-word@db1", /http:\/\/ or https:\/\/ URLs/],
    ["db1:8123,http://me:secret-word@db2", /http:\/\/ or https:\/\/ URLs/],
    [",", /http:\/\/ or https:\/\/ URLs/],
    ["http://me:secret-word@db1/a-b", /letters, digits and underscores/],
    ["http://me:secret-word@db1?cluster=a'b", /letters, digits and underscores/],
    ["http://me:secret-word@db1/a,http://db2/b", /one database and one cluster/],
  ])("refuses %s and keeps it to itself", (url, message) => {
    expect(() => clusterAt(url)).toThrow(EnvironmentError);
    expect(() => clusterAt(url)).toThrow(message);
    expect(() => clusterAt(url)).not.toThrow(/secret-word/);
  });
});

describe("TODISCOPE_LOG_KEY", () => {
  const keyOf = (TODISCOPE_LOG_KEY: string) =>
    parseEnvironment({ NODE_ENV: "test", TODISCOPE_LOG_KEY }).TODISCOPE_LOG_KEY;
  const { privateKey } = generateKeyPairSync("ed25519");

  it("takes 32 bytes as base64, and a PEM whose lines are joined", () => {
    const seed = privateKey.export({ format: "jwk" }).d ?? "";
    const pem = privateKey.export({ format: "pem", type: "pkcs8" }) as string;
    for (const text of [Buffer.from(seed, "base64url").toString("base64"), pem,
      pem.replaceAll("\n", "\\n")]) {
      expect(keyOf(text)?.equals(privateKey)).toBe(true);
    }
  });

  it.each(["short", Buffer.alloc(33).toString("base64"),
    generateKeyPairSync("x25519").privateKey.export({ format: "pem", type: "pkcs8" }) as string,
  ])("refuses another and keeps it to itself", (text) => {
    expect(() => keyOf(text)).toThrow(/TODISCOPE_LOG_KEY holds a value that is not shown/);
    expect(() => keyOf(text)).toThrow(/Ed25519/);
  });
});
