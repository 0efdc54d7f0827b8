import type { EngineEvent, TTSError } from "@parlando/engine";
import { controlCells, type WorkerRequest } from "../espeak-wire.ts";

/** One request on its way through the worker, and what has come of it. */
export interface EspeakTask {
  readonly id: number;
  readonly request: WorkerRequest;
  /** The next events; undefined when all were given. Rejects when the task failed or was called off. */
  next(): Promise<EngineEvent[] | undefined>;
  /** What the worker answered. */
  result(): Promise<string | undefined>;
  /** Events that came. */
  push(events: EngineEvent[]): void;
  finish(value?: string): void;
  /** What came before it is still given. */
  fail(error: TTSError): void;
  /** It is not wanted any more: what came before is dropped. */
  drop(error: TTSError): void;
  /** Whether nothing more is to come, or nobody wants it. */
  ended(): boolean;
  /** Lets the worker run to the end without waiting for the reader. */
  letThrough(): void;
  /** Tells the worker to stop; true when it can see that while it speaks. */
  callOff(): boolean;
}

/** What a task is made of. */
export interface TaskOptions {
  id: number;
  request: WorkerRequest;
  control: SharedArrayBuffer | undefined;
  /** Told when somebody begins (1) or ends (-1) to wait. */
  onWait(change: 1 | -1): void;
}

/** More than a request can ever post. */
const noLimit = 1 << 24;

/** A task that nothing has happened to yet. */
export function createTask({ id, request, control, onWait }: TaskOptions): EspeakTask {
  const reader = createReader(control);
  const batches: EngineEvent[][] = [];
  let outcome: { value: string | undefined } | { error: TTSError } | undefined;
  let wake: (() => void) | undefined;
  const settle = (settled: NonNullable<typeof outcome>): void => {
    outcome ??= settled;
    wake?.();
  };
  const wait = async (): Promise<void> => {
    onWait(1);
    await new Promise<void>((resolve) => {
      wake = resolve;
    });
    wake = undefined;
    onWait(-1);
  };
  return {
    id,
    request,
    async next() {
      while (batches.length === 0 && outcome === undefined) await wait();
      const batch = batches.shift();
      if (batch === undefined && outcome !== undefined && "error" in outcome) throw outcome.error;
      if (batch !== undefined) reader.took(batch.filter(({ type }) => type === "pcm").length);
      return batch;
    },
    async result() {
      while (outcome === undefined) await wait();
      if ("error" in outcome) throw outcome.error;
      return outcome.value;
    },
    push(events) {
      if (outcome !== undefined) return;
      batches.push(events);
      wake?.();
    },
    finish: (value) => settle({ value }),
    fail: (error) => settle({ error }),
    drop(error) {
      batches.length = 0;
      settle({ error });
    },
    ended: () => outcome !== undefined,
    letThrough: reader.letThrough,
    callOff: reader.callOff,
  };
}

/** The reader's side of the memory shared with a speaking worker. */
function createReader(control: SharedArrayBuffer | undefined): { took(blocks: number): void; letThrough(): void; callOff(): boolean } {
  if (control === undefined) return { took: () => {}, letThrough: () => {}, callOff: () => false };
  const cells = new Int32Array(control);
  let unlimited = false;
  const took = (blocks: number): void => {
    Atomics.add(cells, controlCells.taken, blocks);
    Atomics.notify(cells, controlCells.taken);
  };
  return {
    took,
    letThrough() {
      if (!unlimited) took(noLimit);
      unlimited = true;
    },
    callOff() {
      Atomics.store(cells, controlCells.aborted, 1);
      // The counter changes too, so that a worker about to sleep on its old value does not.
      took(1);
      return true;
    },
  };
}
