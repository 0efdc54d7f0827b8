import { Hono } from "hono";
import { expect, it } from "vitest";
import { resolveLimits } from "./limits/resolve-limits.ts";
import { openListener } from "./listen.ts";

it("a connection that cannot be taken does not end the process", async () => {
  const { http, address } = await openListener({ app: new Hono(), upgrade: () => undefined, limits: resolveLimits(), host: "127.0.0.1", port: 0 });
  // What Node tells a server of when the process has no file descriptor left.
  expect(http.emit("error", Object.assign(new Error("accept EMFILE"), { code: "EMFILE" }))).toBe(true);
  expect((await fetch(address.url)).status).toBe(404);
  http.closeAllConnections();
  await new Promise((resolve) => http.close(resolve));
});
