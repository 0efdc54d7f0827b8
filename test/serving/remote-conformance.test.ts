import { createSpeechStream, type StreamOptions } from "@parlando/core";
import { createServer, type ServedTTS, type TTSServer } from "@parlando/server";
import { createScriptedEngine, describeEngine, type ScriptedEngineOptions } from "@parlando/testkit";
import { createRemoteEngine } from "@parlando/web/remote";
import { afterAll, beforeAll, describe, it } from "vitest";
import { WebSocket as NodeWebSocket } from "ws";

/** Every kind of mark that there is without SSML: `remote` passes all on, so the engine behind has all. */
const marks = ["word", "sentence", "character", "phoneme", "viseme"] as const;

/** What the engine behind the server is: it takes whole segments, or words as they come. What it has no SSML for comes back as a warning, so it has some. */
const shapes: readonly (readonly [name: string, engine: ScriptedEngineOptions, asPage: boolean])[] = [
  ["remote, segments behind it", { delivery: "bytes" }, false],
  ["remote, sessions behind it", { input: ["segment", "incremental"], chunkMs: [5, 60], markOrder: "after" }, false],
  ["remote, by the platform's WebSocket", { realTimeFactor: 0.01 }, true],
];

function serve(engine: ReturnType<typeof createScriptedEngine>): ServedTTS {
  return {
    engines: [engine],
    createStream: (options: StreamOptions = {}) => createSpeechStream({ engines: [{ engine }] }, options),
    voices: async () => await engine.voices!(new AbortController().signal),
  };
}

for (const [name, scripted, asPage] of shapes) {
  describe(name, () => {
    let server: TTSServer;
    let url: string;
    beforeAll(async () => {
      server = await createServer(serve(createScriptedEngine({ msPerCharacter: 60, marks, capabilities: { ssml: ["speak", "mark"] }, ...scripted })), { keys: ["rem-test"], ssml: true });
      ({ url } = await server.listen());
    });
    afterAll(() => server.close());
    const platform = asPage ? { WebSocket: NodeWebSocket as unknown as typeof WebSocket } : {};
    describeEngine(name, () => createRemoteEngine({ url, apiKey: "rem-test", ...platform }), { describe, it, timeoutMs: 60_000, stopMs: 5_000 });
  });
}
