import { once } from "node:events";
import { connect, type Socket } from "node:net";
import { Hono } from "hono";
import { expect, it } from "vitest";
import { resolveLimits } from "./limits/resolve-limits.ts";
import { openListener } from "./listen.ts";
import { startServer } from "./testing/start-server.ts";

it("a connection that cannot be taken does not end the process", async () => {
  const { http, address } = await openListener({ app: new Hono(), upgrade: () => undefined, limits: resolveLimits(), onDropped: () => undefined, host: "127.0.0.1", port: 0 });
  // What Node tells a server of when the process has no file descriptor left.
  expect(http.emit("error", Object.assign(new Error("accept EMFILE"), { code: "EMFILE" }))).toBe(true);
  expect((await fetch(address.url)).status).toBe(404);
  http.closeAllConnections();
  await new Promise((resolve) => http.close(resolve));
});

it("more connections than may be are closed unanswered, counted, and taken again when there is room", async () => {
  await using started = await startServer({ limits: { maxConnections: 2 } });
  const port = Number(new URL(started.url).port);
  const open = async (): Promise<Socket> => {
    const socket = connect(port, "127.0.0.1");
    socket.on("error", () => undefined);
    await once(socket, "connect");
    return socket;
  };
  const ask = async (socket: Socket): Promise<string> => {
    let answer = "";
    socket.setEncoding("latin1").on("data", (data: string) => (answer += data));
    socket.write("GET /health/live HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
    await once(socket, "close");
    return answer;
  };
  const numbers = async (): Promise<string> => await (await started.server.app.request("http://localhost/metrics")).text();
  const idle = [await open(), await open()];
  expect(await ask(await open())).toBe("");
  expect(await numbers()).toContain("tts_connections_dropped_total 1\n");
  idle[0]?.destroy();
  // The server learns of it a moment later.
  await expect.poll(async () => await ask(await open())).toMatch(/^HTTP\/1\.1 200 /);
  idle[1]?.destroy();
});
