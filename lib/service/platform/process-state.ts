const KEY = Symbol.for("todiscope");

const store = ((globalThis as unknown as Record<symbol, Map<string, unknown> | undefined>)[KEY]
  ??= new Map<string, unknown>());

/**
 * A value that exists once per process. The server bundle and Next's bundles each load their own
 * copy of a module; pools, caches and counters must still be one.
 */
export function processState<T>(name: string, create: () => T): T {
  const known = store.get(name) as T | undefined;
  if (known !== undefined) return known;
  const created = create();
  store.set(name, created);
  return created;
}
