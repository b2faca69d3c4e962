import { describe, expect, it } from "vitest";
import { findCommands, groupCommands } from "@/components/shell/commands";

const all = [
  { id: "1", label: "Compare runs", keywords: "difference" },
  { id: "2", label: "Runs" },
  { id: "3", label: "Verify evidence", group: "Do" },
  { id: "4", label: "Docs" },
];
const ids = (query: string) => findCommands(all, query).map((command) => command.id);

describe("commands", () => {
  it("finds by every word, beginnings first", () => {
    expect(ids("")).toEqual(["1", "2", "3", "4"]);
    expect(ids("run")).toEqual(["2", "1"]);
    expect(ids("DIFF runs")).toEqual(["1"]);
    expect(ids("nothing")).toEqual([]);
  });

  it("groups in the order of first occurrence", () => {
    expect(groupCommands(all).map((group) => [group.name, group.commands.length]))
      .toEqual([["Go to", 3], ["Do", 1]]);
  });
});
