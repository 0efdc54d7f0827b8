import type { TTSError } from "@parlando/engine";
import { calledOff } from "./call-context.ts";
import type { HttpCall } from "./http-settings.ts";
import { createInactivityWatch, type InactivityWatch } from "./inactivity.ts";

/** A request of Node's HTTP under way, from its start to the end of its body. */
export interface NodeExchange {
  readonly call: HttpCall;
  readonly watch: InactivityWatch;
  /** Ends it at once: called off, late, or its client closed. */
  fail: (error: TTSError) => void;
  /** The connection has ended; what came before is still handed out. */
  break: (error: TTSError) => void;
  /** A kept connection was dead before anything came back on it: an accident of its keeping, not of the request. */
  diedIdle: boolean;
  /** Nothing is under way any more: timer, listener and the place in the client's list are given up. May be called twice. */
  finish(): void;
}

/** Follows the signal of a request, and keeps it in the list of its client until it is finished. */
export function beginExchange(call: HttpCall, underWay: Set<NodeExchange>): NodeExchange {
  const { signal } = call;
  const abort = (): void => exchange.fail(calledOff(call, signal));
  const exchange: NodeExchange = {
    call,
    watch: createInactivityWatch(),
    fail: () => {},
    break: () => {},
    diedIdle: false,
    finish() {
      signal.removeEventListener("abort", abort);
      exchange.watch.close();
      underWay.delete(exchange);
    },
  };
  signal.addEventListener("abort", abort, { once: true });
  underWay.add(exchange);
  return exchange;
}
