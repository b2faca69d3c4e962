import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, it } from "vitest";

// eslint knows which room may import which; it would take minutes to look for circles of files.
const FILES = ["lib", "components", "app"].flatMap((room) =>
  readdirSync(room, { recursive: true, encoding: "utf8" }).map((file) => path.posix.join(room, file)))
  .filter((file) => /\.tsx?$/.test(file) && !/\.test\.|\/generated\//.test(file));
const KNOWN = new Set(FILES);

function importsOf(file: string): string[] {
  const found = readFileSync(file, "utf8").matchAll(/^(?:import|export)\s[^;"]*?from\s+"([^"]+)"/gm);
  return [...found].flatMap(([, name = ""]) => {
    const base = name.startsWith("@/") ? name.slice(2)
      : name.startsWith(".") ? path.posix.join(path.posix.dirname(file), name) : null;
    return [".ts", ".tsx", "/index.ts"].map((end) => `${base}${end}`)
      .filter((one) => KNOWN.has(one)).slice(0, 1);
  });
}

/** The files of the first circle of imports, types among them; none where there is no circle. */
function circleIn(arrows: ReadonlyMap<string, readonly string[]>): string[] {
  const done = new Set<string>();
  const look = (file: string, way: readonly string[]): string[] => {
    if (way.includes(file)) return [...way.slice(way.indexOf(file)), file];
    if (done.has(file)) return [];
    for (const next of arrows.get(file) ?? []) {
      const circle = look(next, [...way, file]);
      if (circle.length > 0) return circle;
    }
    done.add(file);
    return [];
  };
  for (const file of arrows.keys()) {
    const circle = look(file, []);
    if (circle.length > 0) return circle;
  }
  return [];
}

describe("the imports of files", () => {
  it("run in no circle", () => {
    const arrows = new Map(FILES.map((file) => [file, importsOf(file)]));
    expect(arrows.size).toBeGreaterThan(900);
    expect(circleIn(arrows)).toStrictEqual([]);
  });
  it("are followed: a circle is found", () => {
    expect(circleIn(new Map([["a", ["b"]], ["b", ["c", "d"]], ["c", []], ["d", ["b"]]])))
      .toStrictEqual(["b", "d", "b"]);
  });
});
