import { once } from "node:events";
import { connect, createServer, type AddressInfo, type Socket } from "node:net";
import { createRandom } from "../random.ts";
import { createFaultyLink, type FaultyLink, type LinkFaults } from "./faulty-link.ts";

/** Where bytes go: to the server behind the proxy, or to the client before it. */
export type Direction = "toServer" | "toClient";

/** A proxy between a client and a server of the same machine. */
export interface FaultProxyOptions {
  /** The server behind. */
  target: { port: number; host?: string | undefined };
  toServer?: LinkFaults | undefined;
  toClient?: LinkFaults | undefined;
  /** Of everything that is drawn. Default 1. */
  seed?: number | undefined;
}

/** A network that can be made bad while it is used. */
export interface FaultProxy {
  readonly host: "127.0.0.1";
  readonly port: number;
  /** Connections open now, and all that there were. */
  readonly connections: number;
  readonly accepted: number;
  /** Bytes passed on, of all connections. */
  readonly bytes: Readonly<Record<Direction, number>>;
  /** Replaces the faults of a direction, for open connections too. */
  set(direction: Direction, faults: LinkFaults): void;
  /** Holds all bytes, both ways or in one; connections stay open. */
  stall(direction?: Direction): void;
  release(direction?: Direction): void;
  /** Breaks every connection (RST), as a crash or a firewall does. Node takes a reset for a clean end where it comes together with data. */
  reset(): void;
  /** Ends one direction of every connection (FIN); the other goes on. */
  halfClose(direction: Direction): void;
  /** New connections are broken at once, until `refuse(false)`. */
  refuse(refused: boolean): void;
  close(): Promise<void>;
}

interface Connection {
  sockets: readonly Socket[];
  links: Readonly<Record<Direction, FaultyLink>>;
  /** Aborted when both sockets are closed. */
  gone: AbortSignal;
}

/**
 * Opens a proxy on a free port of the loopback interface.
 *
 * @example
 * ```ts
 * const proxy = await createFaultProxy({ target: { port: server.port }, toClient: { latencyMs: 80, jitterMs: 40, sliceBytes: [1, 700] } });
 * const engine = createMyEngine({ url: `http://127.0.0.1:${proxy.port}` });
 * proxy.reset();
 * await proxy.close();
 * ```
 */
export async function createFaultProxy(options: FaultProxyOptions): Promise<FaultProxy> {
  const random = createRandom(options.seed ?? 1);
  const faults: Record<Direction, LinkFaults> = { toServer: options.toServer ?? {}, toClient: options.toClient ?? {} };
  const stalled: Record<Direction, boolean> = { toServer: false, toClient: false };
  const bytes: Record<Direction, number> = { toServer: 0, toClient: 0 };
  const open = new Set<Connection>();
  const both: readonly Direction[] = ["toServer", "toClient"];
  let accepted = 0;
  let refused = false;

  const server = createServer({ allowHalfOpen: true, pauseOnConnect: false }, (client) => {
    // Whoever is cut off finds out by its own events.
    client.on("error", () => {});
    if (refused) return void client.resetAndDestroy();
    accepted += 1;
    connectThrough(client);
  });

  function connectThrough(client: Socket): void {
    const upstream = connect({ port: options.target.port, host: options.target.host ?? "127.0.0.1", allowHalfOpen: true });
    const gone = new AbortController();
    const link = (direction: Direction, from: Socket, to: Socket): FaultyLink =>
      createFaultyLink({ from, to, random, gone: gone.signal, faults: () => faults[direction], passed: (count) => (bytes[direction] += count), reset: () => breakOff(connection) });
    const connection: Connection = { sockets: [client, upstream], links: { toServer: link("toServer", client, upstream), toClient: link("toClient", upstream, client) }, gone: gone.signal };
    open.add(connection);
    for (const direction of both) if (stalled[direction]) connection.links[direction].stall();
    for (const socket of connection.sockets) {
      socket.setNoDelay(true);
      // A connection that breaks on one side breaks on the other.
      socket.on("error", () => breakOff(connection));
      socket.on("close", () => {
        if (!connection.sockets.every((other) => other.destroyed)) return;
        open.delete(connection);
        gone.abort();
      });
    }
  }

  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;

  return {
    host: "127.0.0.1",
    port,
    bytes,
    get connections() {
      return open.size;
    },
    get accepted() {
      return accepted;
    },
    set(direction, changed) {
      faults[direction] = changed;
    },
    stall(direction) {
      for (const one of direction === undefined ? both : [direction]) {
        stalled[one] = true;
        for (const { links } of open) links[one].stall();
      }
    },
    release(direction) {
      for (const one of direction === undefined ? both : [direction]) {
        stalled[one] = false;
        for (const { links } of open) links[one].release();
      }
    },
    reset: () => open.forEach(breakOff),
    halfClose: (direction) => open.forEach(({ links }) => links[direction].end()),
    refuse(value) {
      refused = value;
    },
    async close() {
      const ending = [...open].map(({ gone }) => once(gone, "abort"));
      open.forEach(breakOff);
      await Promise.all(ending);
      if (server.listening) await new Promise((resolve) => server.close(resolve));
    },
  };
}

function breakOff({ sockets }: Connection): void {
  for (const socket of sockets) if (!socket.destroyed) socket.resetAndDestroy();
}
