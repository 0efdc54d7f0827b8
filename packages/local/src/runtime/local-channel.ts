import type { ModelChannel } from "./model-channel.ts";
import type { HostMessage, ProcessMessage } from "./protocol.ts";
import type { ModelPort } from "./serve-models.ts";

/** Serves models at one end of a line inside this process; gives what ends it. */
export type Serve = (port: ModelPort) => { close(): Promise<void> };

/**
 * A line to models in the same process, for tests: messages are cloned and arrive later, as those of a child process do. `kill` breaks the line; what was
 * served is closed.
 */
export function localChannel(serve: Serve): ModelChannel {
  const toHost = createMailbox<ProcessMessage>();
  const toProcess = createMailbox<HostMessage>();
  let tellEnd: ((reason: string) => void) | undefined;
  let ended = false;
  const service = serve({ send: (message) => toHost.post(message), onMessage: (listener) => toProcess.open(listener) });

  function end(reason: string): void {
    if (ended) return;
    ended = true;
    toHost.close();
    toProcess.close();
    void service.close();
    setImmediate(() => tellEnd?.(reason));
  }
  return {
    send: (message) => {
      if (!ended) toProcess.post(message);
      if (message.type === "close") setImmediate(() => end("it was closed"));
    },
    onMessage: (listener) => toHost.open(listener),
    onEnd: (listener) => {
      tellEnd = listener;
    },
    setBusy: () => {},
    kill: () => end("it was killed"),
  };
}

/** One way of a line: messages wait for a listener, and come one by one, each in a turn of its own. */
function createMailbox<T>(): { post(message: T): void; open(listener: (message: T) => void): void; close(): void } {
  let listener: ((message: T) => void) | undefined;
  let waiting: T[] = [];
  let closed = false;

  function deliver(): void {
    const message = waiting.shift();
    if (closed || message === undefined || listener === undefined) return;
    listener(message);
  }
  return {
    post: (message) => {
      if (closed) return;
      waiting.push(structuredClone(message));
      if (listener !== undefined) setImmediate(deliver);
    },
    open: (next) => {
      listener = next;
      for (const _ of waiting) setImmediate(deliver);
    },
    close: () => {
      closed = true;
      waiting = [];
    },
  };
}
