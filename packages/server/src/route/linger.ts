import { RESPONSE_ALREADY_SENT } from "@hono/node-server/utils/response";
import type { Context } from "hono";
import type { ServerEnvironment } from "./route.ts";

/** How long a client may go on sending after its answer, and how much, before the connection is cut. Most have read the answer by then, or have sent all. */
const lingerMs = 2_000;
const lingerBytes = 67_108_864;

/**
 * Sends the answer to a request whose body is not read to its end, and closes the connection later: what the client still sends is thrown away until it has sent all, or
 * hangs up, or one of two bounds is reached. A connection that is closed with bytes unread is reset, and a client that was still sending would never see the answer.
 * Where no connection is known the answer is returned as it is, and the body is given up.
 */
export async function answerAndLinger(response: Response, context: Context<ServerEnvironment>): Promise<Response> {
  const { incoming, outgoing } = context.env ?? {};
  const body = context.req.raw.body as ReadableStream<Uint8Array> | null;
  if (body === null || body.locked) return response;
  if (incoming === undefined || outgoing === undefined || incoming.httpVersionMajor > 1) {
    body.cancel().catch(() => undefined);
    return response;
  }
  const bytes = new Uint8Array(await response.arrayBuffer());
  outgoing.writeHead(response.status, { ...Object.fromEntries(response.headers), "content-length": bytes.length });
  // All that its client waits for; the end, which closes the connection, is for Node alone.
  outgoing.write(bytes);
  const reader = body.getReader();
  const stop = (): void => void reader.cancel().catch(() => undefined);
  const timer = setTimeout(stop, lingerMs);
  outgoing.once("close", stop);
  void discard(reader).finally(() => {
    clearTimeout(timer);
    outgoing.off("close", stop);
    stop();
    outgoing.end();
  });
  return RESPONSE_ALREADY_SENT;
}

async function discard(reader: ReadableStreamDefaultReader<Uint8Array>): Promise<void> {
  let left = lingerBytes;
  try {
    while (left > 0) {
      const { done, value } = await reader.read();
      if (done) return;
      left -= value.byteLength;
    }
  } catch {
    // The client has hung up.
  }
}
