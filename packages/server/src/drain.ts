import type { Server } from "node:http";
import type { Clock } from "@parlando/core";
import { closeCodes } from "@parlando/protocol";
import type { ServerState } from "./server-state.ts";
import type { SocketShelf } from "./socket/socket-shelf.ts";

/** How a server ends. */
export interface Ending {
  /** See `TTSServer.drain`. */
  drain(graceMs: number): Promise<void>;
  /** See `TTSServer.close`. */
  close(): Promise<void>;
}

/** What is to be ended. */
export interface EndingOptions {
  readonly state: ServerState;
  readonly sockets: SocketShelf;
  /** The servers that listen. */
  readonly listening: ReadonlySet<Server>;
}

/** Timers take no more than 31 bits. */
const longestRestMs = 2_000_000_000;

/** How long handlers have to tell their clients why, once all is aborted, before connections are cut. */
const lastWordsMs = 1_000;

/** A moment that can be moved nearer. */
interface Deadline {
  readonly at: number;
  /** Moves it to a moment before it; else does nothing. */
  bring(at: number): void;
  /** Whether the work settles before it, wherever it is moved meanwhile. */
  settlesBefore(work: Promise<void>): Promise<boolean>;
}

function createDeadline(clock: Clock): Deadline {
  let at = Number.POSITIVE_INFINITY;
  let moved = new AbortController();
  return {
    get at() {
      return at;
    },
    bring(nearer) {
      if (nearer >= at) return;
      at = nearer;
      moved.abort("moved");
      moved = new AbortController();
    },
    async settlesBefore(work) {
      for (;;) {
        const over = new AbortController();
        const left = Math.min(Math.max(0, at - clock.now()), longestRestMs);
        const rest = clock.sleep(left, AbortSignal.any([moved.signal, over.signal])).then(() => false, () => false);
        const hasSettled = await Promise.race([work.then(() => true), rest]);
        over.abort("over");
        if (hasSettled || clock.now() >= at) return hasSettled;
      }
    },
  };
}

/** Makes both ways to end a server: after what is under way, and at once. */
export function createEnding({ state, sockets, listening }: EndingOptions): Ending {
  const { services, scopes } = state;
  const { clock, log } = services;
  const deadline = createDeadline(clock);
  let draining: Promise<void> | undefined;
  let closing: Promise<void> | undefined;

  function stopAccepting(graceMs: number): void {
    state.beginDraining(graceMs);
    void services.admission.drain();
    for (const http of listening) {
      http.close();
      http.closeIdleConnections();
    }
  }

  async function drain(): Promise<void> {
    log({ level: "info", event: "draining", message: `${scopes.size} requests and sockets are under way.` });
    stopAccepting(Math.max(0, Math.round(deadline.at - clock.now())));
    if (!(await deadline.settlesBefore(scopes.whenEmpty()))) await cut(closeCodes.restart, "The server restarts.");
    for (const http of listening) http.closeIdleConnections();
  }

  async function cut(code: number, reason: string): Promise<void> {
    scopes.shutDown();
    sockets.closeAll(code, reason);
    const over = new AbortController();
    await Promise.race([scopes.whenEmpty(), clock.sleep(lastWordsMs, over.signal).catch(() => undefined)]);
    over.abort("over");
    sockets.terminateAll();
    for (const http of listening) http.closeAllConnections();
    await scopes.whenEmpty();
  }

  async function close(): Promise<void> {
    const closed = Promise.all([...listening].map((http) => new Promise<void>((resolve) => (http.listening ? http.once("close", resolve) : resolve()))));
    stopAccepting(0);
    deadline.bring(clock.now());
    await cut(closeCodes.goingAway, "The server was closed.");
    await closed;
    await draining;
    log({ level: "info", event: "closed" });
  }

  return {
    drain(graceMs) {
      deadline.bring(clock.now() + graceMs);
      return (draining ??= drain());
    },
    close: () => (closing ??= close()),
  };
}
