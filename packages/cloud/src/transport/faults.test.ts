import { createFaultProxy, createRandom } from "@parlando/testkit";
import { describe, expect, it } from "vitest";
import { openAudioBody } from "./audio-body.ts";
import { createHttpClient } from "./http-audio-stream.ts";
import { errorOf, join, readAll, serveHttp, until } from "./servers.test-helper.ts";

const doing = "Asking Acme for audio";
const audio = Buffer.from(Array.from({ length: 40_000 }, (_, index) => (index * 131) % 256));

describe("a bad network", () => {
  it("gives the whole audio, or its beginning and a retryable error: 80 seeded cuts, and nothing is left open", async () => {
    const random = createRandom(7);
    const server = await serveHttp((request, response) => {
      request.resume();
      if (request.url === "/chunked") {
        for (let at = 0; at < audio.length; at += 4001) response.write(audio.subarray(at, at + 4001));
        response.end();
      } else response.setHeader("content-length", audio.length).end(audio);
    });
    const proxy = await createFaultProxy({ target: { port: server.port } });
    const client = createHttpClient({ engine: "acme", connectMs: 500, firstByteMs: 500, idleMs: 500 });
    const outcomes = { whole: 0, cut: 0, refused: 0 };
    for (let round = 0; round < 80; round += 1) {
      const limitBytes = random.integer(1, 60_000);
      proxy.set("toClient", { limitBytes, afterLimit: round % 2 === 0 ? "end" : "reset", sliceBytes: [1, 9000] });
      const url = `http://127.0.0.1:${proxy.port}/${round % 3 === 0 ? "chunked" : ""}`;
      const opening = client.open({ doing, url, body: "{}", signal: new AbortController().signal });
      const response = await opening.catch(() => undefined);
      if (response === undefined) {
        expect(await errorOf(opening)).toMatchObject({ retryable: true });
        outcomes.refused += 1;
        continue;
      }
      const { items, error } = await readAll(response.body);
      const came = join(items);
      expect(came.equals(audio.subarray(0, came.length))).toBe(true);
      if (error === undefined) expect(came).toHaveLength(audio.length);
      else expect(error).toMatchObject({ retryable: true, engine: "acme" });
      outcomes[error === undefined ? "whole" : "cut"] += 1;
    }
    expect(Math.min(outcomes.whole, outcomes.cut)).toBeGreaterThan(10);
    await client.close();
    await proxy.close();
    await until(() => server.sockets.size === 0);
    await server.close();
  });

  it("keeps 200 streams at once apart, while half of them are called off", async () => {
    const server = await serveHttp((request, response) => {
      request.resume();
      const number = Number(request.url?.slice(1));
      let left = 20;
      const timer = setInterval(() => {
        left -= 1;
        response.write(Buffer.alloc(501, 128 + (number % 100)));
        if (left > 0) return;
        clearInterval(timer);
        response.end();
      }, 2);
      response.on("close", () => clearInterval(timer));
    });
    const client = createHttpClient({ engine: "acme" });
    const speak = async (number: number): Promise<string> => {
      const controller = new AbortController();
      const response = await client.open({ doing, url: `${server.url}${number}`, body: "{}", signal: controller.signal });
      const body = await openAudioBody(response, { engine: "acme", doing, encoding: "pcm-s16le" });
      if (number % 2 === 0) setTimeout(() => controller.abort(), number % 40);
      const { items, error } = await readAll(body);
      const came = join(items);
      expect(came.equals(Buffer.alloc(came.length, 128 + (number % 100)))).toBe(true);
      if (error === undefined) expect(came).toHaveLength(20 * 501);
      return error?.code ?? "whole";
    };
    const outcomes = await Promise.all(Array.from({ length: 200 }, (_, number) => speak(number)));
    expect(outcomes.filter((outcome) => outcome === "whole").length).toBeGreaterThanOrEqual(100);
    expect(new Set(outcomes)).toEqual(new Set(["whole", "ABORTED"]));
    await client.close();
    await until(() => server.sockets.size === 0);
    await server.close();
  });
});
