import { ERRORS, type ErrorCode, type FieldProblem } from "@/lib/contract/errors";

type Details = {
  message?: string;
  errors?: FieldProblem[];
  retryAfterS?: number;
  headers?: Record<string, string>;
  /** For the log only: never part of an answer. */
  cause?: unknown;
};

/** What a use case throws: one code of the contract's table; the door turns it into an answer. */
export class AppError extends Error {
  override name = "AppError";
  readonly errors: FieldProblem[] | undefined;
  readonly retryAfterS: number | undefined;
  readonly headers: Record<string, string>;

  constructor(readonly code: ErrorCode, details: Details = {}) {
    super(details.message ?? ERRORS[code][1], { cause: details.cause });
    this.errors = details.errors;
    this.retryAfterS = details.retryAfterS;
    this.headers = details.headers ?? {};
  }
}
