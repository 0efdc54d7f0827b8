import type { LogRecord } from "@parlando/server";
import type { Output } from "./output.ts";

/** Where the records of `parlando serve` go. */
export interface ServeLog {
  readonly log: (record: LogRecord) => void;
  /** Resolves when all that was taken is out. */
  flush(): Promise<void>;
}

/** Lines that may wait for a slow reader. Beyond that they are counted, not kept: a log that nobody reads must not fill the memory. */
const mostWaiting = 10_000;

/** Writes one line of JSON for each record. */
export function createServeLog(output: Output): ServeLog {
  let waiting = 0;
  let dropped = 0;
  let last: Promise<void> = Promise.resolve();

  function write(line: object): void {
    waiting += 1;
    last = output
      .write(`${JSON.stringify(line)}\n`)
      .catch(() => undefined)
      .finally(() => (waiting -= 1));
  }

  return {
    log(record) {
      if (waiting >= mostWaiting) {
        dropped += 1;
        return;
      }
      if (dropped > 0) write({ time: record.time, level: "warning", event: "defect", message: `${dropped} records were left out: the log was not read fast enough.` });
      dropped = 0;
      write(record);
    },
    flush: () => last,
  };
}
