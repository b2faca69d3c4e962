import { describe, expect, it } from "vitest";
import { checkpointText } from "./checkpoint";
import { afterCheckpoint, CheckpointChain, isSamePlace, NO_CHECKPOINTS } from "./checkpoint-chain";

type Note = { note: string; size: number; isSound: boolean };
/** A log of so many checkpoints, the first ones of which say nothing of those before. */
function logOf(count: number, silent: number): Note[] {
  let place = NO_CHECKPOINTS;
  return Array.from({ length: count }, (_, at) => {
    const size = 10 * (at + 1);
    const note = `${checkpointText({ origin: "todiscope.log/x", size, root: new Uint8Array(32),
      signed_at: "2026-11-29T10:00:00.000Z", previous: at < silent ? null : place })}\n— x y\n`;
    place = afterCheckpoint(place, note);
    return { note, size, isSound: true };
  });
}
function follow(notes: readonly Note[]): { faults: [number, string, number][]; at: number } {
  const chain = new CheckpointChain();
  const faults = notes.flatMap((note): [number, string, number][] => {
    const told = chain.toldSize;
    const fault = chain.take(note);
    return fault ? [[note.size, fault, told]] : [];
  });
  return { faults, at: chain.at.number };
}

describe("the chain of checkpoints", () => {
  it.each([0, 3, 6])("holds as it was signed, with %i of a release without the line", (silent) => {
    expect(follow(logOf(6, silent))).toStrictEqual({ faults: [], at: 6 });
    expect(follow([])).toStrictEqual({ faults: [], at: 0 });
  });

  it("names each one that is missing by what was signed after it", () => {
    for (let at = 0; at < 5; at += 1) {
      const notes = logOf(6, 0);
      notes.splice(at, 1);
      expect(follow(notes)).toStrictEqual(
        { faults: [[10 * (at + 2), "MISSING", 10 * at]], at: 6 });
    }
    // Of those that say nothing, the first that says something knows how many there were.
    for (const at of [0, 1, 2]) {
      const notes = logOf(6, 3);
      notes.splice(at, 1);
      expect(follow(notes).faults).toStrictEqual([[40, "MISSING", 0]]);
    }
    const cut = logOf(6, 0).slice(0, 5);
    expect(follow(cut), "the last one takes a head that was seen").toStrictEqual(
      { faults: [], at: 5 });
  });

  it("names what was moved, added or put in another's place", () => {
    const swapped = logOf(6, 0);
    [swapped[2], swapped[3]] = [swapped[3] as Note, swapped[2] as Note];
    expect(follow(swapped).faults.map(([size]) => size)).toStrictEqual([40, 30, 50]);
    const twice = logOf(6, 0);
    twice.splice(3, 0, twice[1] as Note);
    expect(follow(twice).faults).toContainEqual([20, "MOVED", 30]);
    const silentSwapped = logOf(6, 3);
    [silentSwapped[0], silentSwapped[1]] = [silentSwapped[1] as Note, silentSwapped[0] as Note];
    expect(follow(silentSwapped).faults).toStrictEqual([[40, "CHANGED", 0]]);
    const other = logOf(6, 0);
    other[2] = { ...other[2] as Note, note: (other[2] as Note).note.replace("10:00", "10:01") };
    expect(follow(other).faults).toStrictEqual([[40, "CHANGED", 30]]);
  });

  it("says nothing of the one after a note that is named already", () => {
    const notes = logOf(6, 0);
    const { note } = notes[2] as Note;
    notes[2] = { note: note.replace("10:00", "10:01"), size: 30, isSound: false };
    expect(follow(notes)).toStrictEqual({ faults: [], at: 6 });
    notes.splice(3, 1);
    expect(follow(notes).faults).toStrictEqual([[50, "MISSING", 20]]);
  });

  it("has a place that every byte before it makes", () => {
    const [one, two] = logOf(2, 0) as [Note, Note];
    const place = afterCheckpoint(afterCheckpoint(NO_CHECKPOINTS, one.note), two.note);
    expect(isSamePlace(place, afterCheckpoint(afterCheckpoint(NO_CHECKPOINTS, two.note), one.note)))
      .toBe(false);
    expect(isSamePlace(place, { ...place, number: 3 })).toBe(false);
  });
});
