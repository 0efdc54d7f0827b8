import { TTSError, type ErrorCode, type Voice } from "@parlando/engine";
import { controlCells, type PhonemizeJob, type SpeakJob, type WorkerReply, type WorkerRequest } from "../espeak-wire.ts";
import { createTask, type EspeakTask } from "./espeak-task.ts";
import { canShareMemory, startWorker, type RunningWorker } from "./start-worker.ts";

/** Where the host finds its files; undefined: in the packages. */
export interface HostOptions {
  assetsUrl: URL | undefined;
  workerUrl: URL | undefined;
}

/** Keeps a worker: starts it when it is needed, gives it one task after the other, replaces it when it fails. */
export interface EspeakHost {
  speak(job: SpeakJob): EspeakTask;
  phonemize(job: PhonemizeJob): EspeakTask;
  /** Ends when the worker runs; with `speak`, when it has also said something to itself. */
  start(options: { speak: boolean }): EspeakTask;
  /** Known once a worker ran. */
  voices(): readonly Voice[] | undefined;
  /** Calls a task off; it fails with `reason`, and nothing more comes from it. */
  cancel(task: EspeakTask, reason: TTSError): void;
  /**
   * For readers of tasks whose work is done: `close` does not know them any more.
   *
   * @throws TTSError `ABORTED` once the host was closed.
   */
  checkOpen(): void;
  close(): void;
}

/** How long a worker that was told to stop may take. One that cannot see it (no shared memory) is not waited for as long. */
const stopMs = { seeing: 1_000, deaf: 100 } as const;

interface HostState {
  options: HostOptions;
  worker: { running: RunningWorker; ready: boolean } | undefined;
  voices: readonly Voice[] | undefined;
  current: EspeakTask | undefined;
  waiting: EspeakTask[];
  closed: boolean;
  nextId: number;
  waiters: number;
  stopTimer: ReturnType<typeof setTimeout> | undefined;
}

/** A host that has not started anything yet. */
export function createEspeakHost(options: HostOptions): EspeakHost {
  const state: HostState = {
    options, worker: undefined, voices: undefined, current: undefined, waiting: [], closed: false, nextId: 1, waiters: 0, stopTimer: undefined,
  };
  return {
    speak: (job) => add(state, (id, control) => ({ type: "speak", id, job, control })),
    phonemize: (job) => add(state, (id) => ({ type: "phonemize", id, job })),
    start: ({ speak }) => add(state, (id) => ({ type: speak ? "warmUp" : "ping", id })),
    voices: () => state.voices,
    cancel: (task, reason) => cancel(state, task, reason),
    checkOpen() {
      if (state.closed) throw closedMeanwhile();
    },
    close: () => close(state),
  };
}

function add(state: HostState, request: (id: number, control: SharedArrayBuffer | undefined) => WorkerRequest): EspeakTask {
  const id = state.nextId;
  state.nextId += 1;
  const control = canShareMemory() ? new SharedArrayBuffer(controlCells.length * Int32Array.BYTES_PER_ELEMENT) : undefined;
  const onWait = (change: 1 | -1): void => {
    state.waiters += change;
    state.worker?.running.setBusy(state.waiters > 0);
  };
  const task = createTask({ id, request: request(id, control), control, onWait });
  if (state.closed) {
    task.fail(failure("ENGINE_UNAVAILABLE", "Using the espeak engine: it was closed. Make another one."));
    return task;
  }
  state.waiting.push(task);
  pump(state);
  return task;
}

/** The next task goes to the worker when that is free. */
function pump(state: HostState): void {
  if (state.waiting.length === 0) return;
  // A reader who does not read must not stand in the way of others; what is still to come is bounded by the request.
  if (state.current !== undefined) return state.current.letThrough();
  if (state.worker === undefined) return start(state);
  if (!state.worker.ready) return;
  const task = state.waiting.shift();
  if (task === undefined) return;
  state.current = task;
  state.worker.running.post(task.request);
  if (state.waiting.length > 0) task.letThrough();
}

function start(state: HostState): void {
  const { assetsUrl, workerUrl } = state.options;
  try {
    const running = startWorker(workerUrl, {
      onReply: (reply) => {
        if (state.worker?.running === running) take(state, reply);
      },
      onEnd: (reason) => {
        if (state.worker?.running === running) lose(state, failure("SERVICE", `Running the espeak worker: ${reason}. A new one is started for the next request; try again.`));
      },
    });
    state.worker = { running, ready: false };
    running.setBusy(state.waiters > 0);
    running.post({ type: "open", assetsUrl: assetsUrl?.href });
  } catch (error) {
    lose(state, failure("SERVICE", "Starting the espeak worker: the platform refused.", error));
  }
}

function take(state: HostState, reply: WorkerReply): void {
  const { worker, current } = state;
  if (reply.type === "ready") {
    if (worker !== undefined) worker.ready = true;
    state.voices = reply.voices;
    return pump(state);
  }
  if (reply.type === "failed" && reply.broken) return lose(state, failure(reply.code, reply.message));
  if (current === undefined || reply.id !== current.id) return;
  if (reply.type === "events") return current.push(reply.events);
  if (reply.type === "done") current.finish(reply.value);
  else current.fail(failure(reply.code, reply.message));
  endCurrent(state);
  pump(state);
}

/** The worker is of no use any more. One that never ran would not run for the others either. */
function lose(state: HostState, error: TTSError): void {
  const ran = state.worker?.ready === true;
  state.worker?.running.terminate();
  state.worker = undefined;
  const lost = ran ? [] : state.waiting.splice(0);
  if (state.current !== undefined) lost.push(state.current);
  endCurrent(state);
  for (const task of lost) task.fail(ran || error.code !== "SERVICE" ? error : unavailable(error));
  pump(state);
}

function unavailable(error: TTSError): TTSError {
  return failure("ENGINE_UNAVAILABLE", `${error.message} It never came up: look at workerUrl, and whether the package is installed whole.`, error);
}

function cancel(state: HostState, task: EspeakTask, reason: TTSError): void {
  if (task.ended()) return task.drop(reason);
  task.drop(reason);
  if (task !== state.current) {
    state.waiting = state.waiting.filter((other) => other !== task);
    return;
  }
  const limit = task.callOff() ? stopMs.seeing : stopMs.deaf;
  state.stopTimer = setTimeout(() => {
    if (state.current === task) lose(state, reason);
  }, limit);
  unrefTimer(state.stopTimer);
}

function endCurrent(state: HostState): void {
  clearTimeout(state.stopTimer);
  state.stopTimer = undefined;
  state.current = undefined;
}

function close(state: HostState): void {
  if (state.closed) return;
  state.closed = true;
  const tasks = [...state.waiting.splice(0), ...(state.current === undefined ? [] : [state.current])];
  endCurrent(state);
  state.worker?.running.terminate();
  state.worker = undefined;
  for (const task of tasks) task.drop(closedMeanwhile());
}

function closedMeanwhile(): TTSError {
  return failure("ABORTED", "Speaking with espeak: the engine was closed meanwhile.");
}

function failure(code: ErrorCode, message: string, cause?: unknown): TTSError {
  return new TTSError(code, message, { engine: "espeak", cause });
}

/** Node's timers keep the process alive; those of browsers are numbers. */
function unrefTimer(timer: ReturnType<typeof setTimeout>): void {
  if (typeof timer === "object") timer.unref();
}
