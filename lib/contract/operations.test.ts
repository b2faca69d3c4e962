import { Validator } from "@seriousme/openapi-schema-validator";
import { describe, expect, it } from "vitest";
import { openApiDocument } from "./openapi";
import { bodyLimitOf, errorsOf, type Operation } from "./operation";
import { fullPath, operationNames, operations } from "./operations";

const table = operationNames.map((name) => ({ name, entry: operations[name] as Operation }));
// The document as a client reads it.
// eslint-disable-next-line @typescript-eslint/no-explicit-any
const document: any = JSON.parse(JSON.stringify(openApiDocument()));

describe("the operations table", () => {
  it("has one operation per method and address", () => {
    const addresses = table.map(({ entry }) => `${entry.method} ${fullPath(entry)}`);
    expect(new Set(addresses).size).toBe(addresses.length);
  });
  it.each(table)("$name keeps the conventions", ({ entry }) => {
    if (entry.method === "PATCH") expect(entry.tagged).toBe("edits");
    if (entry.tagged === "edits") expect(entry.method).toMatch(/^(PATCH|PUT|POST)$/);
    if (entry.creates) expect(entry.method).toBe("POST");
    if (entry.method === "POST" && entry.status === 201) expect(entry.creates).toBe(true);
    if (entry.shownOnce) expect(entry.creates).toBe(true);
    if (entry.body === "stream") {
      expect(entry.maxBodyBytes).toBeGreaterThan(0);
      expect(entry.bodyTypes?.length).toBeGreaterThan(0);
    }
    expect(new Set(entry.errors).size).toBe(entry.errors.length);
  });
});

describe("the OpenAPI document", () => {
  it("is valid", async () => {
    const { valid, errors } = await new Validator().validate(structuredClone(document));
    expect(errors).toBeUndefined();
    expect(valid).toBe(true);
  });
  it("is found invalid when it is not, so that the line above says something", async () => {
    const broken = structuredClone(document);
    broken.paths["/api/v3/datasets"].get.parameters[0].in = "nowhere";
    expect((await new Validator().validate(broken)).valid).toBe(false);
  });

  it.each(table)("shows headers, limits and errors of $name", ({ name, entry }) => {
    const shown = document.paths[fullPath(entry)][entry.method.toLowerCase()];
    expect(shown.operationId).toBe(name);
    const headers = shown.parameters.filter((one: { in: string }) => one.in === "header")
      .map((one: { name: string; required?: boolean }) => `${one.name}${one.required ? "!" : ""}`);
    expect(headers).toStrictEqual(["X-Request-Id", "X-Correlation-ID",
      ...(entry.creates ? ["Idempotency-Key"] : []),
      ...(entry.tagged === "edits" ? ["If-Match!"] : []),
      ...(entry.tagged === "switches" ? ["If-Match"] : []),
      ...(entry.tagged && entry.method === "GET" ? ["If-None-Match"] : [])]);
    expect(shown["x-max-body-bytes"]).toBe(entry.body ? bodyLimitOf(entry) : undefined);
    const answers = Object.entries<{ headers: object; description: string }>(shown.responses);
    for (const [status, answer] of answers) {
      expect(Object.keys(answer.headers)).toEqual(
        expect.arrayContaining(["X-Request-Id", "X-Correlation-ID"]));
      if (["429", "503"].includes(status)) expect(answer.headers).toHaveProperty("Retry-After");
    }
    const described = answers.map(([, answer]) => answer.description).join(", ");
    for (const code of errorsOf(entry)) expect(described).toContain(code);
  });
});
