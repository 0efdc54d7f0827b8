import { EventEmitter } from "node:events";
import type { Context } from "hono";
import { describe, expect, it } from "vitest";
import type { LogEntry } from "../log/log-record.ts";
import type { RequestScope } from "../route/request-scope.ts";
import type { ServerEnvironment } from "../route/route.ts";
import { createServerState } from "../server-state.ts";
import { openAIEvents } from "../openai/sse-events.ts";
import { servedScripted } from "../testing/served-scripted.ts";
import { startSpeechServer, until } from "../testing/speech-server.ts";
import { servedFormat } from "./audio-formats.ts";
import { speakToBody } from "./speak-to-body.ts";

const text = "One two three four five six seven eight nine ten eleven twelve.";

function scopeOf(signal: AbortSignal): RequestScope {
  return { id: "0".repeat(32), route: "speech", caller: { kind: "anonymous", id: "here" }, signal, endedBy: () => (signal.aborted ? "gone" : undefined) };
}

/** A connection that is destroyed, and does not say so yet, after so many writes. */
class FragileAnswer extends EventEmitter {
  destroyed = false;
  written = 0;
  #left: number;

  constructor(writes: number) {
    super();
    this.#left = writes;
  }

  write(bytes: Uint8Array): boolean {
    this.written += bytes.length;
    this.#left -= 1;
    this.destroyed = this.#left === 0;
    return true;
  }

  writeHead(): this {
    return this;
  }

  destroy(): this {
    this.destroyed = true;
    return this;
  }
}

const WAV_HEAD = 44;

describe("speaking to a body", () => {
  it.each([["pcm", 0, 3], ["wav", WAV_HEAD, 3]] as const)("counts the audio that a connection took, not what it refused: %s", async (name, head, writes) => {
    const { tts } = servedScripted({ realTimeFactor: 0.1, chunkMs: 50 });
    const log: LogEntry[] = [];
    const { services } = createServerState(tts, { log: (entry) => void log.push(entry) });
    const outgoing = new FragileAnswer(writes);
    const context = { env: { outgoing } } as unknown as Context<ServerEnvironment>;
    await speakToBody({ call: { context, scope: scopeOf(new AbortController().signal) }, order: { stream: {} }, text, format: servedFormat(name) }, services);
    await until(() => log.some(({ event }) => event === "speech"));
    const { audioMs, outcome } = log.find(({ event }) => event === "speech") ?? {};
    expect(outcome).toBe("gone");
    expect(audioMs).toBeCloseTo((outgoing.written - head) / 48, 6);
    expect(audioMs).toBeGreaterThan(0);
  });

  it("sends comments while nothing else comes, but none before the first audio", async () => {
    const { tts, engine } = servedScripted({ startMs: 100, fault: { kind: "stall", afterMs: 300 } });
    const { services } = createServerState(tts, {});
    const leaving = new AbortController();
    const context = { env: {} } as unknown as Context<ServerEnvironment>;
    const answer = await speakToBody({ call: { context, scope: scopeOf(leaving.signal) }, order: { stream: {} }, text, format: servedFormat("pcm"), events: openAIEvents(text, 10) }, services);
    const decoder = new TextDecoder();
    let body = "";
    const read = async (): Promise<void> => {
      for await (const part of answer.body ?? []) {
        body += decoder.decode(part, { stream: true });
        if ((body.match(/^: hb$/gm)?.length ?? 0) >= 3) leaving.abort(new Error("left"));
      }
    };
    await expect(read()).rejects.toThrow("left");
    expect(body.startsWith("data: ")).toBe(true);
    await until(() => engine.activeRequests === 0);
    await until(() => services.admission.running === 0);
  });

  it("ends what lasts too long: with a status before the first audio, with a broken body after", async () => {
    await using early = await startSpeechServer({ startMs: 3_600_000 }, { limits: { speechMs: 50 } });
    expect((await early.ask({ input: text, response_format: "pcm" })).status).toBe(504);
    await using late = await startSpeechServer({ realTimeFactor: 1 }, { limits: { speechMs: 800 } });
    const answer = await late.ask({ input: text, response_format: "pcm" });
    await expect(answer.arrayBuffer()).rejects.toThrow(/terminated/);
    expect(await late.logged("speech")).toMatchObject({ outcome: "failed", code: "TIMEOUT" });
    await until(() => late.engine.activeRequests === 0 && early.engine.activeRequests === 0);
  });

  it("gives the place back before the client knows of the end", async () => {
    await using server = await startSpeechServer({}, { limits: { concurrency: 1 } });
    for (let turn = 0; turn < 20; turn += 1) {
      const answer = await server.ask({ input: "Short.", response_format: "pcm" });
      expect(answer.status).toBe(200);
      await answer.arrayBuffer();
    }
  });
});
