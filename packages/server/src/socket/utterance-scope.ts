import { randomBytes } from "node:crypto";
import { TTSError } from "@parlando/engine";
import type { RequestScope } from "../route/request-scope.ts";

/** The scope of one utterance: ends with that of its socket, or by itself. */
export interface UtteranceScope extends RequestScope {
  /** Ends it, and what hangs on it. */
  abort(): void;
  /** Lets go of the scope of the socket. May be called twice. */
  release(): void;
}

/** Makes the scope of an utterance, with an id of its own. To be released when the utterance is over: the socket may outlive thousands. */
export function createUtteranceScope(parent: RequestScope): UtteranceScope {
  const own = new AbortController();
  const follow = (): void => own.abort(parent.signal.reason);
  if (parent.signal.aborted) follow();
  else parent.signal.addEventListener("abort", follow, { once: true });
  return {
    id: randomBytes(16).toString("hex"),
    route: parent.route,
    caller: parent.caller,
    signal: own.signal,
    endedBy: () => parent.endedBy(),
    abort: () => own.abort(new TTSError("ABORTED", "The utterance was called off.")),
    release: () => parent.signal.removeEventListener("abort", follow),
  };
}
