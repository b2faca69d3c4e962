/**
 * A value that exists once per process. The server bundle and Next's bundles each load their own
 * copy of a module; pools, caches and counters must still be one.
 */
export function processState<T>(name: string, create: () => T): T {
  const store = globalThis as unknown as Record<symbol, T | undefined>;
  const key = Symbol.for(`todiscope.${name}`);
  return (store[key] ??= create());
}
