import type { Context } from "hono";
import { onceAnswerClosed } from "./answer-closed.ts";
import type { ServerEnvironment } from "./route.ts";

/** Calls `gone` when the client hangs up before the answer is complete. Returns what takes the watch away. */
export function watchClient(context: Context<ServerEnvironment>, gone: () => void): () => void {
  const outgoing = context.env?.outgoing;
  if (outgoing === undefined) {
    const { signal } = context.req.raw;
    if (signal.aborted) gone();
    signal.addEventListener("abort", gone, { once: true });
    return () => signal.removeEventListener("abort", gone);
  }
  // The request's own signal comes later, and is made anew by every adapter.
  const onClose = (): void => {
    if (!outgoing.writableFinished) gone();
  };
  const connection = context.env.incoming?.socket;
  if (outgoing.destroyed || connection?.destroyed === true) gone();
  return onceAnswerClosed(outgoing, connection, onClose);
}

/** Answers that come while they are made; all others are complete with their first byte. */
const streamed = /^(?:audio\/|text\/event-stream)/;

/** Tells when the body of an answer was read to its end or its failure, and when its reader has had enough. */
export function watchBody(response: Response, { ended, cancelled }: { readonly ended: () => void; readonly cancelled: () => void }): Response {
  if (response.body === null || !streamed.test(response.headers.get("content-type") ?? "")) {
    ended();
    return response;
  }
  const reader = (response.body as ReadableStream<Uint8Array>).getReader();
  const body = new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        try {
          const { done, value } = await reader.read();
          if (!done) return controller.enqueue(value);
          ended();
          controller.close();
        } catch (error) {
          ended();
          controller.error(error);
        }
      },
      async cancel(reason) {
        cancelled();
        // What the writer makes of it is of no interest to somebody who has left.
        await reader.cancel(reason).catch(() => undefined);
      },
    },
    { highWaterMark: 0 },
  );
  return new Response(body, response);
}
