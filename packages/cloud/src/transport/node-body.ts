import type { ClientRequest, IncomingMessage } from "node:http";
import type { TTSError } from "@parlando/engine";
import { calledOff } from "./call-context.ts";
import { HELD_BYTES, lateError, truncatedError } from "./http-settings.ts";
import type { HttpBody } from "./http-types.ts";
import type { NodeExchange } from "./node-exchange.ts";
import { PullQueue } from "./pull-queue.ts";

const END: IteratorReturnResult<undefined> = { done: true, value: undefined };

/** The body of an answer, pulled: the socket is not read while {@link HELD_BYTES} wait for the reader. */
export function pullNodeBody(exchange: NodeExchange, request: ClientRequest, response: IncomingMessage): HttpBody {
  const { call, watch } = exchange;
  let limitMs = call.firstByteMs;
  const late = (): void => exchange.fail(lateError(call, "no more of the answer came", limitMs));

  const queue = new PullQueue<IteratorResult<Uint8Array, undefined>>({
    engine: call.engine,
    doing: call.doing,
    atEnd: END,
    limit: HELD_BYTES,
    stop: () => response.pause(),
    goOn: () => response.resume(),
    merge: (steps) => ({ done: false, value: Buffer.concat(steps.map(({ value }) => value ?? new Uint8Array())) }),
    onWait: () => watch.expect(limitMs, late),
    onArrival: () => watch.rest(),
  });

  function end(error?: TTSError): void {
    queue.end(error);
    exchange.finish();
  }

  function stop(error?: TTSError): void {
    if (error === undefined) queue.end();
    else queue.fail(error);
    exchange.finish();
    request.destroy();
  }

  exchange.fail = stop;
  exchange.break = end;
  watch.rest();
  response.on("data", (bytes: Uint8Array) => {
    limitMs = call.idleMs;
    queue.push({ done: false, value: bytes }, bytes.length);
  });
  response.on("end", () => end(response.complete ? undefined : truncatedError(call)));
  // Here Node says ECONNRESET of every early end; a true reset has ended the exchange before, by the request's own error.
  const cut = (): void => {
    if (!queue.isEnded) end(truncatedError(call));
  };
  response.on("error", cut);
  response.on("close", cut);

  const cancel = (): void => {
    if (!queue.isEnded) stop();
  };
  return { ...pulledBy(() => nextOf(), cancel), cancel };

  function nextOf(): Promise<IteratorResult<Uint8Array, undefined>> {
    // The signal is not listened to any more once all has come, but what is held must not be handed out either.
    if (call.signal.aborted) queue.fail(calledOff(call, call.signal));
    return queue.next();
  }
}

function pulledBy(next: () => Promise<IteratorResult<Uint8Array, undefined>>, cancel: () => void): Pick<HttpBody, typeof Symbol.asyncIterator> {
  const iterator: AsyncIterator<Uint8Array, undefined> = {
    next,
    async return() {
      cancel();
      return END;
    },
  };
  return { [Symbol.asyncIterator]: () => iterator };
}
