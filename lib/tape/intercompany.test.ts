import { describe, expect, it } from "vitest";
import type { NormalizedRecord } from "../kernel/record";
import { createIntercompanyCheck } from "./intercompany";

const check = createIntercompanyCheck(["Alpha  Holding AG", "LEI-77"], (field) => `col ${field}`);
const loan = (fields: object): NormalizedRecord =>
  ({ record_kind: "instrument", principal: 1, ...fields });

describe("createIntercompanyCheck", () => {
  it.each([
    [{ obligor_id: "alpha holding ag" }, "col obligor_id"],
    [{ obligor_id: "X", obligor_group: " LEI-77 " }, "col obligor_group"],
  ])("finds %j", (fields, column) => expect(check(loan(fields), 9)).toMatchObject(
    { row: 9, column, code: "INTERCOMPANY_ELIMINATED", severity: "warning" }));

  it.each([
    {}, { obligor_id: "Alpha Holding" }, { obligor_id: "LEI-777" },
    // Whose book it stands in says nothing of who owes it.
    { legal_entity: "LEI-77" },
  ])("keeps %j", (fields) => expect(check(loan(fields), 9)).toBeNull());

  it("keeps portfolios, which name no obligors", () => expect(check({ record_kind: "portfolio",
    financial: { debt: {} }, distressed_assets: [] }, 1)).toBeNull());
});
