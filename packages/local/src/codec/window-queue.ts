import { TTSError } from "@parlando/engine";

/** Windows that wait for the decoder: one at a time, in the order asked. */
export interface WindowQueue {
  /** Fails at once with `ABORTED` when it is called off: if it waited it is never decoded, if it is under way its sound is dropped. */
  decode(codes: Int32Array, signal: AbortSignal): Promise<Float32Array>;
  /** What waits fails with `ABORTED`, and so does all that is asked from now on. Resolves when no window is being decoded any more. */
  close(): Promise<void>;
}

interface Job {
  readonly codes: Int32Array;
  readonly resolve: (samples: Float32Array) => void;
  readonly reject: (error: unknown) => void;
}

/** @param decode - Is asked for one window at a time. */
export function createWindowQueue(decode: (codes: Int32Array) => Promise<Float32Array>): WindowQueue {
  const queue: Job[] = [];
  let pump: Promise<void> | undefined;
  let closed = false;

  const work = async (): Promise<void> => {
    for (let job = queue.shift(); job !== undefined; job = queue.shift()) await decode(job.codes).then(job.resolve, job.reject);
    pump = undefined;
  };

  return {
    async decode(codes, signal) {
      if (closed) throw called("the codec was closed");
      if (signal.aborted) throw called("it was called off");
      const { promise, job } = createJob(codes);
      const abort = (): void => {
        const place = queue.indexOf(job);
        if (place >= 0) queue.splice(place, 1);
        job.reject(called("it was called off"));
      };
      signal.addEventListener("abort", abort, { once: true });
      queue.push(job);
      pump ??= work();
      try {
        return await promise;
      } finally {
        signal.removeEventListener("abort", abort);
      }
    },
    async close() {
      closed = true;
      for (const { reject } of queue.splice(0)) reject(called("the codec was closed"));
      await pump;
    },
  };
}

function createJob(codes: Int32Array): { promise: Promise<Float32Array>; job: Job } {
  const { promise, resolve, reject } = deferred<Float32Array>();
  return { promise, job: { codes, resolve, reject } };
}

/** A promise with its two ends; the language has one of its own only from Node 22 on. */
export function deferred<T>(): { readonly promise: Promise<T>; readonly resolve: (value: T) => void; readonly reject: (error: unknown) => void } {
  let ends: { resolve: (value: T) => void; reject: (error: unknown) => void } = { resolve: () => undefined, reject: () => undefined };
  const promise = new Promise<T>((resolve, reject) => {
    ends = { resolve, reject };
  });
  return { promise, ...ends };
}

function called(why: string): TTSError {
  return new TTSError("ABORTED", `Decoding speech codes: ${why}.`);
}
