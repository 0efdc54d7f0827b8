import { connect, type Socket } from "node:net";
import type { Random } from "../random.ts";
import { createFaultyLink, type FaultyLink, type LinkFaults } from "./faulty-link.ts";

/** Where bytes go: to the server behind the proxy, or to the client before it. */
export type Direction = "toServer" | "toClient";

const directions: readonly Direction[] = ["toServer", "toClient"];

/** What the connections of one proxy share. */
export interface Network {
  target: { port: number; host?: string | undefined };
  random: Random;
  faults: Record<Direction, LinkFaults>;
  stalled: Record<Direction, boolean>;
  bytes: Record<Direction, number>;
  open: Set<ProxiedConnection>;
}

/** A client, the server, and a link in each direction. */
export interface ProxiedConnection {
  sockets: readonly [client: Socket, upstream: Socket];
  links: Readonly<Record<Direction, FaultyLink>>;
  /** Aborted when both sockets are closed. */
  gone: AbortSignal;
}

/** Connects a client to the server behind. */
export function connectThrough(network: Network, client: Socket): void {
  const { target, random, open } = network;
  const upstream = connect({ port: target.port, host: target.host ?? "127.0.0.1", allowHalfOpen: true });
  const gone = new AbortController();
  const link = (direction: Direction, from: Socket, to: Socket): FaultyLink =>
    createFaultyLink({ from, to, random, gone: gone.signal, faults: () => network.faults[direction], passed: (count) => (network.bytes[direction] += count), reset: () => breakOff(connection) });
  const links = { toServer: link("toServer", client, upstream), toClient: link("toClient", upstream, client) };
  const connection: ProxiedConnection = { sockets: [client, upstream], links, gone: gone.signal };
  open.add(connection);
  for (const direction of directions) if (network.stalled[direction]) links[direction].stall();
  for (const socket of connection.sockets) {
    socket.setNoDelay(true);
    // A connection that breaks on one side breaks on the other.
    socket.on("error", () => breakOff(connection));
    socket.on("close", () => {
      if (!connection.sockets.every(({ destroyed }) => destroyed)) return;
      open.delete(connection);
      gone.abort();
    });
  }
}

/** Holds bytes of one direction, or of both, or lets them go on. */
export function setStalled(network: Network, direction: Direction | undefined, stalled: boolean): void {
  for (const one of direction === undefined ? directions : [direction]) {
    network.stalled[one] = stalled;
    for (const { links } of network.open) links[one][stalled ? "stall" : "release"]();
  }
}

/** Breaks a connection on both sides (RST). */
export function breakOff({ sockets }: ProxiedConnection): void {
  for (const socket of sockets) if (!socket.destroyed) socket.resetAndDestroy();
}
