import { EventEmitter } from "node:events";
import { createFakeClock } from "@parlando/testkit";
import { describe, expect, it } from "vitest";
import type { WebSocket } from "ws";
import { watchSocket } from "./watch-socket.ts";

/** What the watch knows of a socket. */
class Watched extends EventEmitter {
  readonly OPEN = 1;
  readonly readyState = 1;
  pings = 0;
  isTerminated = false;

  ping(): void {
    this.pings += 1;
  }

  terminate(): void {
    this.isTerminated = true;
  }
}

describe("the watch over a socket", () => {
  it("pings, keeps a socket that answers, and cuts off one that does not", async () => {
    const clock = createFakeClock();
    const closed = new AbortController();
    const watched = new Watched();
    let ticks = 0;
    const watching = watchSocket({ socket: watched as unknown as WebSocket, clock, shortestMs: 120_000, signal: closed.signal, onTick: () => (ticks += 1) });
    for (let round = 1; round <= 4; round += 1) {
      await clock.advance(15_000);
      expect(watched.pings).toBe(round);
      watched.emit("pong");
    }
    expect(watched.isTerminated).toBe(false);
    expect(ticks).toBe(60);
    await clock.advance(32_000);
    expect(watched.isTerminated).toBe(true);
    closed.abort();
    await watching;
  });

  it("looks as often as the shortest limit needs", async () => {
    const clock = createFakeClock();
    const closed = new AbortController();
    let ticks = 0;
    const watching = watchSocket({ socket: new Watched() as unknown as WebSocket, clock, shortestMs: 200, signal: closed.signal, onTick: () => (ticks += 1) });
    await clock.advance(1_000);
    expect(ticks).toBe(20);
    closed.abort();
    await watching;
  });
});
