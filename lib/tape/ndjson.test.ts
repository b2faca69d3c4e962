import { describe, expect, it } from "vitest";
import { ndjsonColumns, readNdjson } from "./ndjson";

const bytes = (text: string) => new TextEncoder().encode(text);
async function* pieces(text: string | Uint8Array, size = 7) {
  const all = typeof text === "string" ? bytes(text) : text;
  for (let at = 0; at < all.length; at += size) yield all.subarray(at, at + size);
}

async function read(text: string, decimal: "." | "," = ".", size = 7) {
  const header = await ndjsonColumns(pieces(text));
  const rows = [];
  for await (const batch of readNdjson(pieces(text, size), { header, decimal })) {
    rows.push(...batch.rows);
  }
  return { header, rows };
}

describe("lines of JSON objects", () => {
  it("take the columns of all lines, and keep numbers as they are written", async () => {
    const { header, rows } = await read('\ufeff{"id": 12345678901234567890, "principal":1000.00}\r\n'
      + '\n{"principal" : -1.5e3 , "name":"M\\u00fcller, \\"A\\"","paid":true,"id":null}\n'
      + '{"tags":["a",{"b":"}"}],"id":"x","id":"y"}');
    expect(header).toEqual(["id", "principal", "name", "paid", "tags"]);
    expect(rows.map(({ line, cells, problem }) => [line, cells, problem])).toEqual([
      [1, ["12345678901234567890", "1000.00", "", "", ""], null],
      [3, ["", "-1.5e3", 'Müller, "A"', "true", ""], null],
      [4, ["y", "", "", "", '["a",{"b":"}"}]'], null],
    ]);
  });

  it("write numbers with the locale's mark and leave texts alone", async () => {
    const { rows } = await read('{"a":1000.5,"b":"1000.5"}', ",");
    expect(rows[0]?.cells).toEqual(["1000,5", "1000.5"]);
  });

  it("do not depend on where the bytes were cut", async () => {
    const text = '{"a":"ä€😀","b":1}\n{"a":"\\n","b":[1, 2]}\n';
    const whole = await read(text, ".", 1000);
    for (const size of [1, 2, 3, 5]) expect(await read(text, ".", size)).toEqual(whole);
  });

  it("name the line that is no object", async () => {
    const { rows } = await read('{"a":1}\n[1]\n{"a":\n{"a":"\\u0000"}\n{"a":1e400}\n{"a":2');
    expect(rows.map(({ problem }) => problem?.message.slice(0, 40) ?? null)).toEqual([null,
      "line 2: it is no JSON object", expect.stringMatching(/^line 3: it is no JSON \(/),
      "line 4: a contains a NUL character", "line 5: a is a number beyond the range o",
      expect.stringMatching(/^line 6: it is no JSON/)]);
    expect(rows[1]?.cells).toEqual(["[1]"]);
  });

  it("drop what is longer than a row may be, and read on", async () => {
    const long = `{"a":"${"x".repeat(1_500_000)}"}`;
    const { rows } = await read(`{"a":1}\n${long}\n{"a":2}\n`, ".", 100_000);
    expect(rows.map(({ line, problem }) => [line, problem?.code ?? null])).toEqual(
      [[1, null], [2, "ROW_TOO_LONG"], [3, null]]);
    expect(rows[1]?.cells[0]?.length).toBeLessThan(600);
  });
});

describe("a file that holds none", () => {
  it.each([
    ["", /empty/], ["\n \n", /empty/], ["{}\n", /no members/],
    ["[\n{}]", /line 1: it is no JSON.*one JSON object a line/], ["7\n", /line 1.*no JSON object/],
    ["a,b\n1,2", /line 1/],
  ])("is refused: %j", async (text, words) => {
    await expect(ndjsonColumns(pieces(text))).rejects.toThrow(words);
  });

  it("says where the bytes are no UTF-8", async () => {
    const broken = Uint8Array.from([...bytes('{"a":1}\n{"a":"'), 0xfc, ...bytes('"}\n')]);
    await expect(ndjsonColumns(pieces(broken, 4))).rejects.toThrow(/line 2 .*no UTF-8/);
  });

  it("may end inside a line when it is a beginning", async () => {
    const cut = bytes('{"a":1}\n{"b":"ä').slice(0, -1);
    expect(await ndjsonColumns(pieces(cut), true)).toEqual(["a"]);
    expect(await ndjsonColumns(pieces('{"a":1}\n{"b":2}'), true)).toEqual(["a", "b"]);
  });
});
