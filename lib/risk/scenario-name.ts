/**
 * What people read for a scenario's id: "Market crash" for "market_crash", "CRE wall" for
 * "CRE_wall".
 */
export function scenarioName(id: string): string {
  const text = id.replace(/[_]+/g, " ").trim();
  return text === "" ? id : text.charAt(0).toUpperCase() + text.slice(1);
}

/** Inside a sentence: "market crash", but "CRE wall". */
export function nameInText(id: string): string {
  const name = scenarioName(id);
  const second = name.charAt(1);
  const isAcronym = second !== second.toLowerCase();
  return isAcronym ? name : name.charAt(0).toLowerCase() + name.slice(1);
}
