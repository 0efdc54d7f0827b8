import type { EngineSession, SynthesisRequest } from "@parlando/engine";
import { assertSpoken, numberedText } from "@parlando/testkit";
import { createFakeAzure, type FakeAzureOptions, type FakeServer } from "@parlando/testkit/fakes";
import { afterEach, describe, expect, it } from "vitest";
import type { AzureEngine } from "./index.ts";
import { engineFor, readAll, requestFor, samplesOf } from "./reading.test-helper.ts";

const open: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of open.splice(0).reverse()) await close();
});

async function start(fakeOptions: FakeAzureOptions = {}, change: Partial<SynthesisRequest> = {}): Promise<{ fake: FakeServer; engine: AzureEngine; session: EngineSession; controller: AbortController }> {
  const fake = await createFakeAzure({ key: "k", ...fakeOptions });
  open.push(() => fake.close());
  const engine = engineFor(fake, { textStreaming: true });
  open.push(() => engine.close());
  const controller = new AbortController();
  const { text: _, ...request } = requestFor("", change);
  const session = await engine.openSession?.(request, controller.signal);
  if (session === undefined) throw new TypeError("There is no session.");
  return { fake, engine, session, controller };
}

describe("text in pieces", () => {
  it("leaves as it is written, and is spoken before it ends", async () => {
    const { fake, session } = await start({ speakBy: "word" });
    const events = session.events[Symbol.asyncIterator]();
    await session.write("w1 w2");
    expect((await events.next()).value).toMatchObject({ type: "start" });
    expect((await events.next()).value).toMatchObject({ type: "audio" });
    expect(fake.requests[0]).toMatchObject({ text: "w1 w2", state: "active" });
    await session.write(" w3");
    await expect.poll(() => fake.requests[0]?.text).toBe("w1 w2 w3");
    await session.close();
    await expect.poll(() => fake.requests[0]?.state).toBe("called-off");
  });

  it("is whole and in order over many flushes, with times and offsets of the turn, over one connection", async () => {
    const { fake, session } = await start({}, { marks: ["word", "viseme"], voice: "en-US-AvaNeural", rate: 1 });
    const sentences = [1, 2, 3, 4, 5].map((part) => `${numberedText({ words: 6, sentenceWords: 6, first: part * 10 })} `);
    const text = sentences.join("");
    const reading = readAll(session.events);
    for (const sentence of sentences) {
      for (let at = 0; at < sentence.length; at += 3) await session.write(sentence.slice(at, at + 3));
      await session.flush();
    }
    await session.end();
    const { audio, marks, flushed, error } = await reading;
    expect(error).toBeUndefined();
    assertSpoken(samplesOf(audio), 24_000, text, { encoding: "exact" });
    expect(flushed).toEqual(sentences.map((_, index) => sentences.slice(0, index + 1).join("").length));
    const words = marks.filter(({ kind }) => kind === "word");
    expect(words).toHaveLength(30);
    for (const { textStart, textEnd, value } of words) expect(text.slice(textStart, textEnd)).toBe(value);
    for (const [index, { timeMs }] of words.entries()) expect(timeMs).toBeGreaterThanOrEqual(words[index - 1]?.timeMs ?? 0);
    expect(words.at(-1)?.timeMs).toBeGreaterThan((audio.length / 48) * 0.9);
    expect(fake.connections).toBe(1);
    expect(fake.requests[0]?.parameters).toMatchObject({ path: "/cognitiveservices/websocket/v2", input: { voiceName: "en-US-AvaNeural", language: "en-US" } });
  });

  it("may rest for as long as it likes while it is not whole", async () => {
    const { session } = await start();
    const reading = readAll(session.events);
    await session.write("w1 w2");
    await new Promise((resolve) => setTimeout(resolve, 900));
    await session.write(" w3.");
    await session.end();
    const { audio, error } = await reading;
    expect(error).toBeUndefined();
    assertSpoken(samplesOf(audio), 24_000, "w1 w2 w3.", { encoding: "exact" });
  });

  it("is called off by the signal, and by closing the engine", async () => {
    for (const how of ["signal", "engine"] as const) {
      const { fake, engine, session, controller } = await start({ realTimeFactor: 1 });
      const reading = readAll(session.events, ({ type }) => {
        if (type === "audio" && how === "signal") controller.abort();
        if (type === "audio" && how === "engine") void engine.close();
      });
      await session.write("w1 w2 w3 w4.");
      await session.flush();
      expect((await reading).error).toMatchObject({ code: "ABORTED" });
      await expect(session.write("w5")).rejects.toMatchObject({ code: "STREAM_CLOSED" });
      await expect.poll(() => fake.requests[0]?.state).toBe("called-off");
      await session.close();
      await session.close();
    }
  });

  it("frees a writer who waits", async () => {
    const { session, controller } = await start();
    const writes = (async () => {
      for (let count = 0; count < 200; count += 1) {
        await session.write(`${numberedText({ words: 40 })} `);
        await session.flush();
      }
    })();
    await new Promise((resolve) => setTimeout(resolve, 300));
    controller.abort();
    await expect(writes).rejects.toMatchObject({ code: "STREAM_CLOSED" });
  });

  it("takes another turn after a canceled one", async () => {
    const { session } = await start({ realTimeFactor: 1 });
    await session.write("w1 w2 w3 w4.");
    await session.cancel();
    expect((await readAll(session.events)).error).toBeUndefined();
    const reading = readAll(session.nextTurn?.() ?? session.events);
    await session.write("w7.");
    await session.end();
    assertSpoken(samplesOf((await reading).audio), 24_000, "w7.", { encoding: "exact" });
  });
});
