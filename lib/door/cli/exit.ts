/** What the command line answers to the shell that called it. */
export const EXIT = {
  done: 0,
  /** The product refused, or something went wrong. */
  failed: 1,
  /** The command itself was not understood. */
  usage: 2,
  /** No token, a wrong one, or one without the role. */
  denied: 3,
  /** No server and no database answered. */
  unreachable: 4,
  /** A check was made and did not hold: evidence, chain, deployment. */
  unsound: 5,
} as const;

/** Ends the command with a line for a person and a code for a script. */
export class CliError extends Error {
  override name = "CliError";
  constructor(message: string, readonly exitCode: number = EXIT.failed) {
    super(message);
  }
}
