import type { Context } from "hono";
import { expect, it } from "vitest";
import { readBytes } from "./read-body.ts";
import type { ServerEnvironment } from "./route.ts";

const never = new AbortController().signal;

/** A body that comes byte by byte, each in the same memory: whoever keeps the pieces has only the last of them. */
function byteByByte(text: string): Context<ServerEnvironment> {
  const piece = new Uint8Array(1);
  let next = 0;
  const body = new ReadableStream<Uint8Array>(
    {
      pull(controller) {
        if (next === text.length) return controller.close();
        piece[0] = text.charCodeAt(next);
        next += 1;
        controller.enqueue(piece);
      },
    },
    { highWaterMark: 0 },
  );
  return callWith(body);
}

/** A call of an app that no server stands before. */
function callWith(body?: ReadableStream<Uint8Array>): Context<ServerEnvironment> {
  const raw = new Request("http://localhost/", { method: "POST", body, duplex: "half" } as RequestInit);
  return { env: undefined, req: { raw } } as unknown as Context<ServerEnvironment>;
}

it("a body is copied together, and its pieces are not kept", async () => {
  const text = "a body in very many pieces; ".repeat(400);
  const bytes = await readBytes(byteByByte(text), { limit: text.length, signal: never });
  expect(Buffer.from(bytes).toString("latin1")).toBe(text);
  expect(bytes.buffer.byteLength).toBeLessThanOrEqual(2 * text.length);
  await expect(readBytes(byteByByte(text), { limit: text.length - 1, signal: never })).rejects.toMatchObject({ code: "body_too_large" });
  expect(await readBytes(callWith(), { limit: 10, signal: never })).toHaveLength(0);
});

it("a body that never ends is not waited for when the request is over", async () => {
  const over = new AbortController();
  let isCancelled = false;
  const body = new ReadableStream<Uint8Array>({ cancel: () => void (isCancelled = true) });
  const read = readBytes(callWith(body), { limit: 10, signal: over.signal });
  over.abort(new Error("The server was closed."));
  await expect(read).rejects.toThrow("The server was closed.");
  expect(isCancelled).toBe(true);
});
