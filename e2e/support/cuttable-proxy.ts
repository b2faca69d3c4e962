import { connect, createServer, type AddressInfo, type Socket } from "node:net";

/** A way to a database that can be cut, as a network can. */
export async function cuttableProxy(
  databaseUrl: string,
): Promise<{ url: string; cut(): Promise<void> }> {
  const target = new URL(databaseUrl);
  const open = new Set<Socket>();
  const server = createServer((near) => {
    const far = connect(Number(target.port), target.hostname);
    for (const socket of [near, far]) {
      open.add(socket);
      socket.on("error", () => undefined).on("close", () => { near.destroy(); far.destroy(); });
    }
    near.pipe(far).pipe(near);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const url = new URL(databaseUrl);
  url.port = String((server.address() as AddressInfo).port);
  return { url: url.href, cut: async () => {
    const closed = new Promise<void>((resolve) => server.close(() => resolve()));
    for (const socket of open) socket.destroy();
    await closed;
  } };
}

/**
 * A way to a server on which the connection that passes a number of bytes is cut, once: of what
 * is asked, or of what is answered.
 */
export async function cuttingProxy(
  target: string, afterBytes: number, of: "asked" | "answered" = "asked",
): Promise<{ url: string; cuts(): number }> {
  const { hostname, port } = new URL(target);
  let [sent, cuts] = [0, 0];
  const server = createServer((near) => {
    const far = connect(Number(port), hostname);
    for (const socket of [near, far]) {
      socket.on("error", () => undefined).on("close", () => { near.destroy(); far.destroy(); });
    }
    (of === "asked" ? near : far).on("data", (chunk: Buffer) => {
      sent += chunk.length;
      if (cuts > 0 || sent < afterBytes) return;
      cuts += 1;
      near.destroy();
    });
    near.pipe(far).pipe(near);
  });
  server.unref();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, cuts: () => cuts };
}
