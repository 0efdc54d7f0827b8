import { mkdir, mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createServer } from "../create-server.ts";
import { rawRequest } from "../testing/raw-request.ts";
import { servedScripted } from "../testing/served-scripted.ts";
import { startServer } from "../testing/start-server.ts";

let folder = "";
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "parlando-page-"));
  await mkdir(join(folder, "assets"));
  await writeFile(join(folder, "index.html"), "<!doctype html><title>Page</title>");
  await writeFile(join(folder, "assets", "main-1a2b.js"), "export {};");
  await writeFile(join(folder, "assets", "secret.env"), "canary");
  await writeFile(join(folder, "outside.js"), "canary");
  await symlink(join(folder, "outside.js"), join(folder, "assets", "link.js"));
});
afterAll(async () => {
  await rm(folder, { recursive: true });
});

describe("the page", () => {
  it("may do nothing but load its own files and talk to its server", async () => {
    await using started = await startServer({ page: { folder } });
    const page = await fetch(started.url);
    expect([page.status, page.headers.get("content-type"), page.headers.get("cache-control")]).toEqual([200, "text/html; charset=utf-8", "no-cache"]);
    const policy = page.headers.get("content-security-policy") ?? "";
    expect(policy).toContain("default-src 'self'");
    expect(policy).not.toMatch(/unsafe-|\*/);
    expect(page.headers.get("x-content-type-options")).toBe("nosniff");
    const script = await fetch(`${started.url}/assets/main-1a2b.js`);
    expect([script.status, script.headers.get("content-type"), script.headers.get("cache-control"), await script.text()]).toEqual([200, "text/javascript; charset=utf-8", "public, max-age=31536000, immutable", "export {};"]);
    expect((await fetch(started.url, { method: "HEAD" })).status).toBe(200);
  });

  it.each(["secret.env", "link.js", "..%2foutside.js", "%2e%2e/outside.js", "../outside.js", "..%5coutside.js", "main-1a2b.js%00", "__proto__", "constructor"])("has no file %s", async (name) => {
    await using started = await startServer({ page: { folder } });
    const answer = await rawRequest(started.url, `GET /assets/${name} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n`);
    expect(answer).toMatch(/^HTTP\/1\.1 40[04] /);
    expect(answer).not.toContain("canary");
  });

  it("may be told by the address of its folder", async () => {
    await using started = await startServer({ page: { folder: pathToFileURL(`${folder}/`).href } });
    expect((await fetch(started.url)).status).toBe(200);
  });

  it("has to be there when it is asked for", async () => {
    await expect(createServer(servedScripted().tts, { page: { folder: join(folder, "nothing") } })).rejects.toMatchObject({ code: "INVALID_CONFIG" });
  });
});
