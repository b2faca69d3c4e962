import { expect, it } from "vitest";
import type { Operation } from "@/lib/contract/operation";
import { operations } from "@/lib/contract/operations";
import { readQuery } from "./validate";

type Refused = { code: string; message: string; errors: { path: string; message: string }[] };

function refusedFor(name: keyof typeof operations, query: string): Refused {
  try {
    readQuery(operations[name] as Operation, new URLSearchParams(query));
  } catch (error) {
    return error as Refused;
  }
  throw new Error(`${name} takes ${query}`);
}

it("takes no name twice, and says what it was given", () => {
  for (const query of ["format=pdf&format=csv", "format=pdf&template=board&format=pdf"]) {
    const refused = refusedFor("exportRun", query);
    expect(refused.code).toBe("PARAMETERS_INVALID");
    expect(refused.errors).toStrictEqual([{ path: "format",
      message: expect.stringMatching(/^is given 2 times, as \["pdf","(csv|pdf)"\]; it takes one/) }]);
  }
});

it("calls nothing NaN that nobody sent", () => {
  const { errors } = refusedFor("getLogConsistency", "second=b");
  expect(errors).toStrictEqual([
    { path: "first", message: "first is missing: Invalid input: expected number" },
    { path: "second", message: 'second is "b": Invalid input: expected number' }]);
});
