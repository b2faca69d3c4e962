import { expect, it } from "vitest";
import { nameInText, scenarioName } from "./scenario-name";

it.each([
  ["market_crash", "Market crash", "market crash"], ["CRE_wall", "CRE wall", "CRE wall"],
  ["2008", "2008", "2008"], ["_", "_", "_"],
])("%s is read as %s, and as %s in a sentence", (id, name, inText) => {
  expect([scenarioName(id), nameInText(id)]).toEqual([name, inText]);
});
