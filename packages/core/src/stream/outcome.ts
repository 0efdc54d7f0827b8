import type { TTSError } from "@parlando/engine";
import type { StreamReport } from "./stream-report.ts";

/** How a stream ended: what `waitUntilDone()` waits for. A rejection that nobody looks at stays silent: `onError` has told it. */
export class Outcome {
  readonly promise: Promise<StreamReport>;
  #resolve: (report: StreamReport) => void = () => undefined;
  #reject: (error: TTSError) => void = () => undefined;

  constructor() {
    this.promise = new Promise<StreamReport>((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
    });
    this.promise.catch(() => undefined);
  }

  resolve(report: StreamReport): void {
    this.#resolve(report);
  }

  reject(error: TTSError): void {
    this.#reject(error);
  }
}
