import type { TTSError } from "@parlando/engine";
import type { ProcessMessage } from "./protocol.ts";

/** Messages that are the last of their id. */
export type Answer = Extract<ProcessMessage, { type: "loaded" | "done" | "stopped" }>;
/** Messages before the answer. */
export type Note = Extract<ProcessMessage, { type: "queued" | "warning" | "audio" }>;

/** Somebody who waits for the answer to an id. */
export interface OpenRequest {
  readonly resolve: (answer: Answer) => void;
  readonly reject: (error: TTSError) => void;
  readonly onNote: ((note: Note) => void) | undefined;
}

/** Requests that were not answered yet. */
export interface OpenRequests {
  has(id: number): boolean;
  add(id: number, request: OpenRequest): void;
  note(note: Note): void;
  /** Answers one, if it is still open. */
  settle(id: number, use: (request: OpenRequest) => void): void;
  failAll(error: TTSError): void;
}

/** Keeps requests until they are answered; `setBusy` is told when the first comes and the last goes. */
export function createOpenRequests(setBusy: (busy: boolean) => void): OpenRequests {
  const open = new Map<number, OpenRequest>();

  function settle(id: number, use: (request: OpenRequest) => void): void {
    const request = open.get(id);
    if (request === undefined) return;
    open.delete(id);
    if (open.size === 0) setBusy(false);
    use(request);
  }
  return {
    has: (id) => open.has(id),
    add: (id, request) => {
      open.set(id, request);
      if (open.size === 1) setBusy(true);
    },
    note: (note) => open.get(note.id)?.onNote?.(note),
    settle,
    failAll: (error) => {
      for (const id of [...open.keys()]) settle(id, ({ reject }) => reject(error));
    },
  };
}
