import { once } from "node:events";
import { createServer, request, type ClientRequest, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import { getRequestListener } from "@hono/node-server";
import type { Context } from "hono";
import { afterEach, expect, it } from "vitest";
import { bodySourceOf, type BodySource } from "./body-source.ts";
import type { ServerEnvironment } from "./route.ts";

const closing: (() => void)[] = [];
afterEach(() => {
  for (const close of closing.splice(0)) close();
});

const never = new AbortController().signal;

/** A request under way, as an app has it and as its client. */
async function begun(): Promise<{ readonly raw: Request; readonly incoming: IncomingMessage; readonly client: ClientRequest }> {
  let arrive = (_call: { raw: Request; incoming: IncomingMessage }): void => undefined;
  const arrived = new Promise<{ raw: Request; incoming: IncomingMessage }>((resolve) => (arrive = resolve));
  const listener = getRequestListener((raw, { incoming }) => {
    arrive({ raw, incoming: incoming as IncomingMessage });
    return new Promise<Response>(() => undefined);
  });
  const server = createServer((incoming, outgoing) => void listener(incoming, outgoing));
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const client = request({ port: (server.address() as AddressInfo).port, host: "127.0.0.1", method: "POST", headers: { "transfer-encoding": "chunked" } });
  client.on("error", () => undefined);
  client.flushHeaders();
  closing.push(() => (client.destroy(), server.closeAllConnections(), server.close()));
  return { ...(await arrived), client };
}

function sourceOf({ raw, incoming }: { readonly raw: Request; readonly incoming: IncomingMessage }, signal = never): BodySource {
  const source = bodySourceOf({ env: { incoming }, req: { raw } } as unknown as Context<ServerEnvironment>, signal);
  if (source === undefined) throw new Error("While opening a body: there is none.");
  return source;
}

async function readAll(source: BodySource): Promise<string> {
  let text = "";
  for (let part = await source.next(); part !== undefined; part = await source.next()) text += Buffer.from(part).toString("latin1");
  return text;
}

it("gives what comes, whenever it comes, and leaves no listener behind", async () => {
  const call = await begun();
  const { incoming, client } = call;
  const listeners = incoming.eventNames().length;
  const source = sourceOf(call);
  // Straight from the connection.
  expect(incoming.listenerCount("readable")).toBe(1);
  const all = readAll(source);
  for (const piece of ["one ", "two ", "three"]) {
    client.write(piece);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  client.end();
  expect(await all).toBe("one two three");
  expect(await source.next()).toBeUndefined();
  source.close(false);
  expect(incoming.eventNames().length).toBe(listeners);
});

it("does not wait for a body that is called off, and the rest can still be read", async () => {
  const call = await begun();
  const { incoming, client } = call;
  const over = new AbortController();
  const source = sourceOf(call, over.signal);
  const first = source.next();
  client.write("first");
  expect(Buffer.from((await first) ?? []).toString()).toBe("first");
  const waiting = source.next();
  over.abort(new Error("The server was closed."));
  await expect(waiting).rejects.toThrow("The server was closed.");
  source.close(true);
  client.end("rest");
  let rest = "";
  for await (const part of incoming) rest += String(part);
  expect(rest).toBe("rest");
});

it("rejects when the client leaves in the middle", async () => {
  const call = await begun();
  const { client } = call;
  const source = sourceOf(call);
  const all = readAll(source);
  client.write("half");
  setTimeout(() => client.destroy(), 10);
  await expect(all).rejects.toThrow();
  source.close(false);
});

it("reads the body of the request that an app around it hands on", async () => {
  const { raw, incoming, client } = await begun();
  client.end("sent");
  const changed = new Request(raw.url, { method: "POST", body: "handed on" });
  expect(await readAll(sourceOf({ raw: changed, incoming }))).toBe("handed on");
});

it("leaves a body that was read before to who has it", async () => {
  const { raw, incoming, client } = await begun();
  client.end("read before");
  const kept = new Request(raw.url, { method: "POST", body: await raw.text() });
  expect(await readAll(sourceOf({ raw: kept, incoming }))).toBe("read before");
});
