/**
 * Runs once when Next starts. `npm start` has prepared everything by then; a plain `next start`
 * or `next dev` finds here what it needs to serve.
 */
export async function register(): Promise<void> {
  if (process.env.NEXT_RUNTIME !== "nodejs" || process.env.TODISCOPE_STARTED_BY) return;
  const { startUp } = await import("@/lib/service/start-up");
  const { embedded, oneTimePassword } = await startUp(process.cwd());
  for (const signal of ["SIGINT", "SIGTERM"] as const) {
    process.once(signal, () => { void embedded?.stop(); });
  }
  if (oneTimePassword) process.stdout.write(`One-time password: ${oneTimePassword}\n`);
}
