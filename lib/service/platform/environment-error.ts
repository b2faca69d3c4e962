/** A bad value in the environment; the message names the variable, never a secret's value. */
export class EnvironmentError extends Error {
  override name = "EnvironmentError";
}
