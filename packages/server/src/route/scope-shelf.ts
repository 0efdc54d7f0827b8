import { randomUUID } from "node:crypto";
import { TTSError } from "@parlando/engine";
import type { Caller } from "../access/caller.ts";
import type { RequestScope } from "./request-scope.ts";

/** What {@link ScopeShelf.open} is told. */
export interface ScopeFacts {
  readonly route: string;
  readonly caller: Caller;
  readonly id?: string | undefined;
}

/** A scope, and the two who may end it. */
export interface OpenScope {
  readonly scope: RequestScope;
  /** The client has hung up. */
  gone(): void;
  /** The request is over: the scope leaves the shelf, nothing aborts it any more. */
  leave(): void;
}

/** The scopes of all requests and sockets that are under way. */
export interface ScopeShelf {
  open(facts: ScopeFacts): OpenScope;
  /** Aborts all that are open, and those that come. */
  shutDown(): void;
  readonly size: number;
  /** Resolves when none is open. */
  whenEmpty(): Promise<void>;
}

/** 122 random bits as 32 hexadecimal digits. Node has those of a UUID in store; bytes are fetched for each request. */
export function createRequestId(): string {
  return randomUUID().replaceAll("-", "");
}

/** Makes an empty shelf. */
export function createScopeShelf(): ScopeShelf {
  const open = new Map<RequestScope, (by: "gone" | "shutdown") => void>();
  const waiting = new Set<() => void>();
  let isDown = false;

  return {
    open({ route, caller, id = createRequestId() }) {
      const ending = new AbortController();
      let endedBy: "gone" | "shutdown" | undefined;
      const scope: RequestScope = { id, route, caller, signal: ending.signal, endedBy: () => endedBy };
      const end = (by: "gone" | "shutdown"): void => {
        if (!open.has(scope) || endedBy !== undefined) return;
        endedBy = by;
        ending.abort(new TTSError("ABORTED", by === "gone" ? "The client has hung up." : "The server was closed."));
      };
      open.set(scope, end);
      if (isDown) end("shutdown");
      return {
        scope,
        gone: () => end("gone"),
        leave: () => {
          if (!open.delete(scope) || open.size > 0) return;
          for (const tell of waiting) tell();
          waiting.clear();
        },
      };
    },
    shutDown() {
      isDown = true;
      for (const end of [...open.values()]) end("shutdown");
    },
    get size() {
      return open.size;
    },
    whenEmpty: () => (open.size === 0 ? Promise.resolve() : new Promise((resolve) => waiting.add(resolve))),
  };
}
