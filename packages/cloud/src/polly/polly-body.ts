import { Readable } from "node:stream";
import { TTSError } from "@parlando/engine";
import type { ErrorContext } from "../transport/provider-errors.ts";
import type { HttpBody } from "../transport/http-types.ts";
import type { PollyCall } from "./polly-call.ts";
import { pollyError } from "./polly-errors.ts";

/** How long is waited for what. */
export interface BodyTimes {
  readonly firstByteMs: number;
  readonly idleMs: number;
}

/**
 * The bytes of an answer of AWS's client, as they come. Leaving the loop, and the end of the call, end the request.
 *
 * A connection that breaks ends the client's stream as if all had come; what tells is that it was aborted, or never told its end.
 *
 * @throws TTSError `TRUNCATED`, `CONNECTION`, `TIMEOUT`, or the failure of the call.
 */
export function readPollyBody(body: unknown, call: PollyCall, context: ErrorContext, { firstByteMs, idleMs }: BodyTimes): HttpBody {
  if (!(body instanceof Readable)) {
    throw new TTSError("PROTOCOL", `${context.doing}: AWS's client gave no stream of Node. Leave \`requestHandler\` to the engine, or give one of @smithy/node-http-handler.`, { engine: context.engine });
  }
  const iterator = body[Symbol.asyncIterator]() as AsyncIterator<Uint8Array, undefined>;
  const destroy = (): void => void body.destroy();
  call.signal.addEventListener("abort", destroy, { once: true });
  // What ends after it was left has nobody to tell.
  body.on("error", () => {});
  let limitMs = firstByteMs;

  function finish(): void {
    call.rest();
    call.signal.removeEventListener("abort", destroy);
    call.check();
    if (body instanceof Readable && body.readableEnded && !body.readableAborted) return;
    throw new TTSError("TRUNCATED", `${context.doing}: the connection ended before the end of the answer. What was delivered is real; try again.`, { engine: context.engine });
  }

  const pull: AsyncIterator<Uint8Array, undefined> = {
    async next() {
      call.check();
      call.expect(limitMs, limitMs === firstByteMs ? "the first byte of the answer" : "the next piece of the answer");
      try {
        const step = await call.wait(iterator.next());
        if (step.done === true) finish();
        call.rest();
        limitMs = idleMs;
        return step;
      } catch (error) {
        destroy();
        throw call.failure ?? pollyError(error, context);
      }
    },
    async return() {
      destroy();
      return { done: true, value: undefined };
    },
  };
  return { [Symbol.asyncIterator]: () => pull, cancel: destroy };
}
