import { expect, it } from "vitest";
import { SeriesRandom } from "./random";

it("draws words that are the numbers it draws one by one, and goes on behind them", () => {
  const [single, many] = [new SeriesRandom(), new SeriesRandom()];
  const words = new Uint32Array(1024);
  for (const count of [1, 256, 0, 1024, 3]) {
    single.start(7, 4_294_967_295);
    many.start(7, 4_294_967_295);
    many.words(words, count);
    for (let at = 0; at < count; at += 1) {
      expect(((words[at] as number) + 0.5) / 2 ** 32).toBe(single.next());
    }
    expect(many.nextFine()).toBe(single.nextFine());
  }
});
