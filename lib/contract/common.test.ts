import { expect, it } from "vitest";
import { commentOperations } from "./comment";
import { seenText } from "./common";
import { signOffOperations } from "./sign-off";

it("takes a text with something to see, and none of marks that nobody sees", () => {
  for (const text of ["a", " x ", "理由", "😀", "👩\u200d🚀", "a\nb"]) {
    expect(seenText(10).safeParse(text).success, text).toBe(true);
  }
  for (const text of ["", " \n\t", "\u200b", "\u2060\u00ad", "\u202e \ufeff", "\u0007", "\u2028"]) {
    expect(seenText(10).safeParse(text).success, JSON.stringify(text)).toBe(false);
  }
});

it("holds for a comment, and for the reason of a return", () => {
  expect(commentOperations.createComment.body.safeParse({ text: "\u200b" }).error?.issues)
    .toStrictEqual([expect.objectContaining({ path: ["text"] })]);
  expect(signOffOperations.signOffRun.body.safeParse({ step: "returned", note: "\u2060" }).success)
    .toBe(false);
});
