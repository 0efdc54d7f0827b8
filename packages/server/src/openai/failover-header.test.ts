import { createScriptedEngine } from "@parlando/testkit";
import { describe, expect, it } from "vitest";
import { createServer } from "../create-server.ts";
import { serveEngines } from "../testing/served-scripted.ts";

describe("a failover before the first audio", () => {
  it.each(["pcm", "wav"])("stands in the head of an answer in %s, while it is still to be written", async (format) => {
    const dead = createScriptedEngine({ id: "dead", fault: { kind: "error", code: "SERVICE", retryable: false } });
    const server = await createServer(serveEngines([dead, createScriptedEngine({ id: "next" })]), {});
    try {
      const { url } = await server.listen();
      const answer = await fetch(`${url}/v1/audio/speech`, { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify({ input: "Hello, world.", response_format: format }) });
      expect([answer.status, (await answer.arrayBuffer()).byteLength > 0, answer.headers.get("x-tts-warnings")]).toEqual([200, true, "FAILOVER"]);
    } finally {
      await server.close();
    }
  });
});
