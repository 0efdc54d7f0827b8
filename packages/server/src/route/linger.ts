import { RESPONSE_ALREADY_SENT } from "@hono/node-server/utils/response";
import type { Context } from "hono";
import type { ServerEnvironment } from "./route.ts";

/** How long a client may go on sending after its answer, and how much, before the connection is cut. Most have read the answer by then, or have sent all. */
const lingerMs = 2_000;
const lingerBytes = 67_108_864;

/**
 * The answer to a request that is refused. Where its body is not read to its end, it is sent here, and what the client still sends is thrown away until it has sent all,
 * or hangs up, or one of two bounds is reached, where the connection is cut. A connection that is closed with bytes unread is reset, and a client that was still sending,
 * and reads only when it has sent all, would never see the answer. Where no connection is known the answer is returned as it is, and the body is given up.
 */
export async function answerRefused(response: Response, context: Context<ServerEnvironment>): Promise<Response> {
  const { incoming, outgoing } = context.env ?? {};
  if (response === RESPONSE_ALREADY_SENT || (incoming !== undefined && hasCome(incoming))) return response;
  const body = context.req.raw.body as ReadableStream<Uint8Array> | null;
  if (body === null || body.locked) return response;
  if (incoming === undefined || outgoing === undefined || incoming.httpVersionMajor > 1) {
    body.cancel().catch(() => undefined);
    return response;
  }
  const bytes = new Uint8Array(await response.arrayBuffer());
  outgoing.writeHead(response.status, { ...Object.fromEntries(response.headers), "content-length": bytes.length });
  // All that its client waits for; the end, which may close the connection, is for Node alone.
  outgoing.write(bytes);
  const reader = body.getReader();
  let isCut = false;
  const stop = (): void => void reader.cancel().catch(() => undefined);
  const cut = (): void => {
    isCut = true;
    stop();
  };
  const timer = setTimeout(cut, lingerMs);
  outgoing.once("close", stop);
  void discard(reader, cut).finally(() => {
    clearTimeout(timer);
    outgoing.off("close", stop);
    if (isCut) outgoing.once("finish", () => incoming.socket.destroySoon());
    outgoing.end();
  });
  return RESPONSE_ALREADY_SENT;
}

/** Whether all of a request is there, so that nothing of it would be left unread in its connection. */
function hasCome({ complete, headers }: NonNullable<ServerEnvironment["Bindings"]["incoming"]>): boolean {
  return complete || (headers["transfer-encoding"] === undefined && Number(headers["content-length"] ?? 0) === 0);
}

async function discard(reader: ReadableStreamDefaultReader<Uint8Array>, cut: () => void): Promise<void> {
  let left = lingerBytes;
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      left -= value.byteLength;
      if (left <= 0) cut();
    }
  } catch {
    // The client has hung up.
  }
}
