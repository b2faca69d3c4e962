const loan = (instrument_id: string, principal: number, collateral_value: number, more: object) =>
  ({ instrument_id, principal, interest_rate_pct: 5, collateral_value, ...more });

/** Debts of several segments, one of none, and an asset linked to one of them. */
export const BOOK = [
  loan("L1", 100.5, 300, { sector: "CRE", country: "DE" }),
  loan("L2", 200.25, 50.1, { sector: "CRE", country: "FR" }),
  loan("L3", 33.3333, 10, { sector: "Retail", country: "DE" }),
  loan("L4", 70, 70.0001, { country: "DE" }),
  { name: "A", value: 100, recovery_rate_pct: 40, sector: "CRE", linked_instrument_id: "L2" },
];
