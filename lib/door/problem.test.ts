import { expect, it } from "vitest";
import { toAppError } from "./problem";

it("tells a sender who has gone from a database that has", () => {
  const reset = (message: string): Error => Object.assign(new Error(message),
    { code: "ECONNRESET" });
  expect(toAppError(reset("aborted")).code).toBe("REQUEST_TIMEOUT");
  expect(toAppError(reset("read ECONNRESET")).code).toBe("DATABASE_UNAVAILABLE");
  expect(toAppError(new Error("anything")).code).toBe("INTERNAL_ERROR");
});
