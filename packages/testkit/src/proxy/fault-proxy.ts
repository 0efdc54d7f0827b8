import { once } from "node:events";
import { createServer, type AddressInfo } from "node:net";
import { createRandom } from "../random.ts";
import type { LinkFaults } from "./faulty-link.ts";
import { breakOff, connectThrough, setStalled, type Direction, type Network } from "./proxied-connection.ts";

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
  /** Goes on after `stall`. */
  release(direction?: Direction): void;
  /** Breaks every connection (RST), as a crash or a firewall does. Node takes a reset for a clean end where it comes together with data. */
  reset(): void;
  /** Ends one direction of every connection (FIN); the other goes on. */
  halfClose(direction: Direction): void;
  /** New connections are broken at once, until `refuse(false)`. */
  refuse(refused: boolean): void;
  /** Ends every connection and stops listening. May be called twice. */
  close(): Promise<void>;
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
  const network: Network = {
    target: options.target,
    random: createRandom(options.seed ?? 1),
    faults: { toServer: options.toServer ?? {}, toClient: options.toClient ?? {} },
    stalled: { toServer: false, toClient: false },
    bytes: { toServer: 0, toClient: 0 },
    open: new Set(),
  };
  const { open } = network;
  const state = { accepted: 0, refused: false };
  const server = createServer({ allowHalfOpen: true }, (client) => {
    // Whoever is cut off finds out by its own events.
    client.on("error", () => {});
    if (state.refused) return void client.resetAndDestroy();
    state.accepted += 1;
    connectThrough(network, client);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;

  return {
    host: "127.0.0.1",
    port,
    bytes: network.bytes,
    get connections() {
      return open.size;
    },
    get accepted() {
      return state.accepted;
    },
    set(direction, faults) {
      network.faults[direction] = faults;
    },
    stall: (direction) => setStalled(network, direction, true),
    release: (direction) => setStalled(network, direction, false),
    reset: () => open.forEach(breakOff),
    halfClose: (direction) => open.forEach(({ links }) => links[direction].end()),
    refuse(refused) {
      state.refused = refused;
    },
    async close() {
      const ending = [...open].map(({ gone }) => once(gone, "abort"));
      open.forEach(breakOff);
      await Promise.all(ending);
      if (server.listening) await new Promise((resolve) => server.close(resolve));
    },
  };
}
