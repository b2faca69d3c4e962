import { createParser } from "nuqs";
import type { WhatIfChange } from "@/lib/risk";

/** A change as the address carries it: `key` is `<record id>` or `<record id>:<part>`. */
export interface UrlChange { key: string; change: WhatIfChange }

/** Characters of changes that one address carries: servers and mail programs cut longer ones. */
const TEXT_LIMIT = 6000;
/** What one more change takes at most. */
const ONE_MORE = 120;

const MEMBERS = [
  ["c", "collateral_value"], ["r", "interest_rate_pct"], ["w", "recovery_rate_pct"],
] as const satisfies readonly (readonly [string, keyof WhatIfChange])[];
const BOUNDS = { collateral_value: 9e14, interest_rate_pct: 1000, recovery_rate_pct: 1000 };
const KEY = /^[0-9a-f-]{36}(:[a-z_]+(\.\d+)?)?$/i;

function writeChange({ key, change }: UrlChange): string {
  const facts = MEMBERS.flatMap(([letter, member]) =>
    change[member] === undefined ? [] : [`${letter}${change[member]}`]);
  return [key, ...(change.removed ? ["x"] : facts)].join(",");
}

function readChange(text: string): UrlChange | null {
  const [key = "", ...facts] = text.split(",");
  if (!KEY.test(key)) return null;
  if (facts[0] === "x") return { key, change: { removed: true } };
  const change: WhatIfChange = {};
  for (const fact of facts) {
    const member = MEMBERS.find(([letter]) => letter === fact[0])?.[1];
    const value = Number(fact.slice(1));
    // What nobody could have typed is no change; the others stay.
    if (!member || fact.length < 2 || !(value >= 0 && value <= BOUNDS[member])) return null;
    change[member] = value;
  }
  return { key, change };
}

/** `id,c750000,r5~id:instruments.0,x`: short enough to be sent to somebody. */
export const writeChanges = (changes: readonly UrlChange[]): string =>
  changes.map(writeChange).join("~");

/** Null where the text is none that a page has written. */
export function readChanges(text: string): UrlChange[] | null {
  const parts = text === "" ? [] : text.split("~");
  const changes = parts.map(readChange);
  const known = changes.filter((change) => change !== null);
  const keys = new Set(known.map(({ key }) => key));
  return known.length === parts.length && keys.size === parts.length
    && text.length <= TEXT_LIMIT ? known : null;
}

/** Whether the address has no room for one more. */
export const isFullOf = (changes: readonly UrlChange[]): boolean =>
  writeChanges(changes).length + ONE_MORE > TEXT_LIMIT;

/** A change as long as most are, so that what is pasted can still be changed. */
const USUAL_LENGTH = 64;

/** How many more things fit into the address beside these. */
export const roomBeside = (changes: readonly UrlChange[]): number =>
  Math.max(0, Math.floor((TEXT_LIMIT - ONE_MORE
    - Math.max(writeChanges(changes).length, changes.length * USUAL_LENGTH)) / USUAL_LENGTH));

export const parseAsChanges = createParser({ parse: readChanges, serialize: writeChanges,
  eq: (a, b) => writeChanges(a) === writeChanges(b) });
