import { expect, it } from "vitest";
import { exposureWarningWords, warningText } from "./warning-text";

it("says what a bare code means, and leaves a warning that says it itself", () => {
  expect(warningText("NO_DISTRESSED_ASSETS"))
    .toBe("NO_DISTRESSED_ASSETS: No distressed assets are given, so expected recovery is 0.");
  expect(warningText("RATE_MISSING: 3 records")).toBe("RATE_MISSING: 3 records");
  expect(exposureWarningWords("toString")).toBeNull();
});
