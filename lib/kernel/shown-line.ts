/** Characters that move a terminal's cursor, colour it or turn the direction of a line. */
const UNSEEN = /[\p{Cc}\p{Cf}\u2028\u2029]/gu;

/**
 * A text of somebody else as one line that a terminal shows and does not obey: a name could write
 * over what stands before it.
 */
export const shownLine = (text: string): string => text.replace(UNSEEN, (char) =>
  `\\u{${(char.codePointAt(0) as number).toString(16)}}`);
