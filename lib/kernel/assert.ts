/** Raised when the program itself is wrong. Its text is for the log, never for a client. */
export class InvariantError extends Error {
  override name = "InvariantError";
}

/**
 * States something that cannot be false unless the program is wrong.
 * @throws InvariantError with `message`; bad input must be a Result or an AppError instead.
 */
export function assert(condition: unknown, message: string): asserts condition {
  if (!condition) throw new InvariantError(message);
}
