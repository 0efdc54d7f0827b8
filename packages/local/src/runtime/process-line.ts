import { TTSError } from "@parlando/engine";
import { fromFailure } from "./failure.ts";
import type { ModelChannel } from "./model-channel.ts";
import { createOpenRequests, type Answer, type Note } from "./open-requests.ts";
import type { HostMessage, ProcessMessage } from "./protocol.ts";

/** A request without its id. */
export type Request = WithoutId<Extract<HostMessage, { type: "load" | "unload" | "prepare" | "speak" }>>;
type WithoutId<T> = T extends unknown ? Omit<T, "id"> : never;

/** A request that was sent. */
export interface Sent {
  readonly id: number;
  /** Never rejects unhandled. `SERVICE` when the process ended. */
  readonly answer: Promise<Answer>;
}

/** The app's end of the line to one process. */
export interface ProcessLine {
  readonly processId: number | undefined;
  /** Why it ended; undefined: it has not. */
  readonly ended: string | undefined;
  /** Resolves when it has ended. */
  readonly over: Promise<void>;
  request(request: Request, onNote?: (note: Note) => void): Sent;
  taken(id: number, samples: number): void;
  cancel(id: number): void;
  /** Ends the process; what is open fails. Twice is no harm. */
  close(): void;
}

/** What a line is made with. */
export interface ProcessLineOptions {
  readonly channel: ModelChannel;
  /** It ended by itself. Told once. */
  readonly onCrash: (reason: string) => void;
  /** A speech came to its end. */
  readonly onWorked: () => void;
  /** The process must say that it is there within this time. */
  readonly readyMs: number;
  /** How long it may take to leave when asked to; then it is killed. */
  readonly leaveMs: number;
}

/** Opens the line: each request gets its one answer, whatever becomes of the process. */
export function createProcessLine({ channel, onCrash, onWorked, readyMs, leaveMs }: ProcessLineOptions): ProcessLine {
  // Whoever waits for the process to leave must live to see it.
  const open = createOpenRequests((busy) => channel.setBusy(busy || life.leaving));
  const life = createProcessLife({ channel, readyMs, leaveMs, onEnd });
  let lastId = 0;

  function onEnd(reason: string, asked: boolean): void {
    open.failAll(lost(asked ? "ABORTED" : "SERVICE", reason));
    if (!asked) onCrash(reason);
  }

  function receive(message: ProcessMessage): void {
    switch (message.type) {
      case "ready":
        return life.ready(message.processId);
      case "queued": case "warning": case "audio":
        return open.note(message);
      case "failed":
        return open.settle(message.id, ({ reject }) => reject(fromFailure(message.failure)));
      case "loaded": case "done": case "stopped":
        if (message.type === "done" && message.metrics !== undefined) onWorked();
        return open.settle(message.id, ({ resolve }) => resolve(message));
      case "health":
    }
  }

  function request(message: Request, onNote?: (note: Note) => void): Sent {
    lastId += 1;
    const id = lastId;
    const answer = new Promise<Answer>((resolve, reject) => {
      if (life.leaving || life.ended !== undefined) return reject(lost("SERVICE", life.ended ?? "it is being closed"));
      open.add(id, { resolve, reject, onNote });
      channel.send({ ...message, id });
    });
    answer.catch(() => {});
    return { id, answer };
  }

  channel.onMessage(receive);
  return {
    get processId() {
      return life.ended === undefined ? life.processId : undefined;
    },
    get ended() {
      return life.ended;
    },
    over: life.over,
    request,
    taken: (id, samples) => channel.send({ type: "taken", id, samples }),
    cancel: (id) => {
      if (open.has(id)) channel.send({ type: "cancel", id });
    },
    close: life.close,
  };
}

/** From its start to its end, how a process is. */
interface ProcessLife {
  readonly processId: number | undefined;
  readonly ended: string | undefined;
  /** It was asked to leave. */
  readonly leaving: boolean;
  readonly over: Promise<void>;
  ready(processId: number): void;
  close(): void;
}

interface ProcessLifeOptions extends Pick<ProcessLineOptions, "channel" | "readyMs" | "leaveMs"> {
  readonly onEnd: (reason: string, asked: boolean) => void;
}

function createProcessLife({ channel, readyMs, leaveMs, onEnd }: ProcessLifeOptions): ProcessLife {
  let processId: number | undefined;
  let ended: string | undefined;
  let leaving = false;
  let tellOver: () => void = () => {};
  const over = new Promise<void>((resolve) => {
    tellOver = resolve;
  });
  let alarm = setAlarm(readyMs, () => {
    end(`it was not ready after ${String(readyMs)} ms`);
    channel.kill();
  });

  function end(reason: string): void {
    clearTimeout(alarm);
    if (ended !== undefined) return;
    ended = reason;
    onEnd(reason, leaving);
    tellOver();
  }
  channel.onEnd(end);

  return {
    get processId() {
      return processId;
    },
    get ended() {
      return ended;
    },
    get leaving() {
      return leaving;
    },
    over,
    ready: (id) => {
      processId = id;
      if (!leaving) clearTimeout(alarm);
    },
    close: () => {
      if (leaving || ended !== undefined) return;
      leaving = true;
      // Somebody waits for its end.
      channel.setBusy(true);
      channel.send({ type: "close" });
      clearTimeout(alarm);
      alarm = setAlarm(leaveMs, () => channel.kill());
    },
  };
}

/** Keeps nobody's process alive. */
function setAlarm(ms: number, ring: () => void): NodeJS.Timeout {
  const alarm = setTimeout(ring, ms);
  alarm.unref();
  return alarm;
}

function lost(code: "SERVICE" | "ABORTED", reason: string): TTSError {
  return code === "ABORTED"
    ? new TTSError(code, "Asking the model process: the model was closed meanwhile.")
    : new TTSError(code, `Asking the model process: ${reason}. The next request starts it again; if it keeps ending, look at the memory, the driver and the model's files.`);
}
