import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import type { AudioChunk, Sink } from "@parlando/core";
import { TTSError } from "@parlando/engine";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { openTTS } from "./open-tts.ts";
import { servicesWith } from "./testing/test-io.ts";
import { createToneEngine, toneVoice } from "./testing/tone-engine.ts";
import type { TTS } from "./tts.ts";

setFlagsFromString("--expose-gc");
const collectGarbage = runInNewContext("gc") as () => void;

let folder = "";
const opened: TTS[] = [];
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "parlando-tts-"));
});
afterEach(async () => {
  await Promise.all(opened.splice(0).map((tts) => tts.close()));
  await rm(folder, { recursive: true });
});

async function open(...[config, services]: [Parameters<typeof openTTS>[0], Parameters<typeof openTTS>[1]?]): Promise<TTS> {
  const tts = await openTTS(config, services ?? servicesWith({}));
  opened.push(tts);
  return tts;
}

/** A speaker whose sinks note who wrote in which order. */
function notingSpeaker(notes: string[]): { openSink: () => Promise<Sink>; close: () => Promise<void> } {
  let count = 0;
  return {
    openSink: async () => {
      const name = `sink ${++count}`;
      let frames = 0;
      notes.push(`${name} opens`);
      const nothing = async (): Promise<void> => {};
      return {
        write: async (chunk) => {
          frames += chunk.samples.length / chunk.channels;
          notes.push(`${name} ${chunk.samples[0]?.toFixed(1) ?? ""}`);
        },
        playedFrames: () => frames,
        pause: nothing,
        resume: nothing,
        clear: async () => frames,
        end: async () => void notes.push(`${name} ends`),
        close: async () => void notes.push(`${name} closes`),
      };
    },
    close: async () => void notes.push("speaker closes"),
  };
}

async function collect(chunks: AsyncIterable<AudioChunk>): Promise<number> {
  let frames = 0;
  for await (const chunk of chunks) frames += chunk.samples.length;
  return frames;
}

const failsWith = (code: string): Error => expect.objectContaining({ code }) as Error;

describe("createTTS", () => {
  it("takes a name, the path of a file, or a config", async () => {
    const services = servicesWith({ tone: () => createToneEngine() });
    const path = join(folder, "speech.jsonc");
    await writeFile(path, '{ "engine": "tone" /* the only one */ }');
    for (const config of ["tone", path, { engine: "tone" }]) {
      expect((await open(config, services)).engines.map((engine) => engine.id)).toEqual(["tone"]);
    }
  });

  it.each([
    ["nowhere", "ENGINE_NOT_FOUND"],
    ["./nowhere.json", "INVALID_CONFIG"],
    [{ engine: "tone", rate: "fast" } as never, "INVALID_CONFIG"],
    [undefined as never, "INVALID_CONFIG"],
    ["", "INVALID_CONFIG"],
  ])("refuses %o with %s", async (config, code) => {
    await expect(open(config, servicesWith({ tone: () => createToneEngine() }))).rejects.toEqual(failsWith(code));
  });

  it("says nothing of its config when it is printed", async () => {
    const tts = await open({ engine: { engine: "tone", options: { apiKey: "sk-secret" } } }, servicesWith({ tone: () => createToneEngine() }));
    const { inspect } = await import("node:util");
    expect(inspect(tts, { depth: 10, showHidden: true })).not.toContain("sk-secret");
  });
});

describe("createStream", () => {
  it("starts from config, with the stream's own options over it", async () => {
    const engine = createToneEngine();
    const tts = await open({ engine, voice: "a", language: "en", rate: 2, engineOptions: { x: 1, y: 1 } });
    for (const options of [{}, { voice: "b", rate: undefined, engineOptions: { y: 2 } }]) {
      const stream = tts.createStream({ ...options, sink: "pull" });
      void stream.feed("Hello.");
      stream.done();
      await collect(stream);
    }
    expect(engine.requests.map(({ voice, language, rate, engineOptions }) => ({ voice, language, rate, engineOptions }))).toEqual([
      { voice: "a", language: "en", rate: 2, engineOptions: { x: 1, y: 1 } },
      { voice: "b", language: "en", rate: 2, engineOptions: { x: 1, y: 2 } },
    ]);
  });

  it("lets a callback replace the sink of config", async () => {
    const tts = await open({ engine: createToneEngine(), sink: "speaker" });
    let chunks = 0;
    const stream = tts.createStream({ onChunk: () => void chunks++ });
    void stream.feed("Hello.");
    stream.done();
    await stream.waitUntilDone();
    expect(chunks).toBeGreaterThan(0);
  });

  it("refuses after close()", async () => {
    const tts = await open({ engine: createToneEngine() });
    await tts.close();
    expect(() => tts.createStream()).toThrow(failsWith("STREAM_CLOSED"));
    await expect(tts.speak("Hello.")).rejects.toEqual(failsWith("STREAM_CLOSED"));
  });

  it("plays streams on the one speaker after each other, and frees it when one fails or closes", async () => {
    const notes: string[] = [];
    const services = servicesWith({}, notingSpeaker(notes));
    const tts = await open({ engine: createToneEngine() }, services);
    const first = tts.createStream();
    void first.feed("One.");
    first.flush();
    await expect.poll(() => notes).toContain("sink 1 opens");
    const second = tts.createStream();
    void second.feed("Two.");
    second.done();
    await new Promise((resolve) => setTimeout(resolve, 30));
    expect(notes).not.toContain("sink 2 opens");
    await first.close();
    await second.waitUntilDone();
    expect(notes.indexOf("sink 1 closes")).toBeLessThan(notes.indexOf("sink 2 opens"));
  });
});

describe("speak", () => {
  it("is heard in order, whatever is ready first", async () => {
    const notes: string[] = [];
    let letFirstGo = (): void => {};
    const slow = createToneEngine({ level: 0.1, beforeAudio: () => new Promise((resolve) => (letFirstGo = resolve)) });
    const tts = await open({ engine: slow }, servicesWith({}, notingSpeaker(notes)));
    const first = tts.speak("One.");
    await expect.poll(() => slow.requests.length).toBe(1);
    const letThisGo = letFirstGo;
    const second = tts.speak("Two.");
    await expect.poll(() => slow.requests.length).toBe(2);
    letFirstGo();
    await new Promise((resolve) => setTimeout(resolve, 30));
    expect(notes.filter((note) => note.startsWith("sink 2"))).toEqual([]);
    letThisGo();
    await first;
    await second;
    expect(notes.indexOf("sink 1 ends")).toBeLessThan(notes.indexOf("sink 2 opens"));
  });

  it("goes on after an utterance that failed or was aborted", async () => {
    const tts = await open({ engine: createToneEngine() });
    const order: string[] = [];
    const ending = new AbortController();
    const speak = (name: string, options: object = {}): Promise<unknown> =>
      tts.speak(`${name}.`, { onChunk: () => void order.push(name), ...options }).catch((error: unknown) => (TTSError.isInstance(error) ? error.code : error));
    const results = [
      speak("A", {
        onChunk: () => {
          throw new TypeError("taker broke");
        },
      }),
      speak("B", { signal: ending.signal }),
      speak("C"),
    ];
    ending.abort();
    expect((await Promise.all(results)).slice(0, 2)).toEqual(["CONSUMER_FAILED", "ABORTED"]);
    expect(order).toContain("C");
    expect(order).not.toContain("B");
  });

  it("takes text as it is written, and gives the report", async () => {
    async function* words(): AsyncGenerator<string> {
      yield "Hello ";
      yield "there.";
    }
    const tts = await open({ engine: createToneEngine() });
    let frames = 0;
    const report = await tts.speak(words(), { onChunk: (chunk) => void (frames += chunk.samples.length) });
    expect(report.characters).toBe(12);
    expect(frames).toBeGreaterThan(0);
    const readable = new Response("Hello.").body!.pipeThrough(new TextDecoderStream());
    expect((await tts.speak(readable, { onChunk: () => {} })).characters).toBe(6);
  });

  it("tells why its text ended, when the source failed", async () => {
    async function* broken(): AsyncGenerator<string> {
      yield "Hello. ";
      throw new TypeError("the model went away");
    }
    const tts = await open({ engine: createToneEngine() });
    const error: unknown = await tts.speak(broken(), { onChunk: () => {} }).catch((reason: unknown) => reason);
    expect(error).toMatchObject({ code: "INVALID_INPUT", cause: expect.objectContaining({ message: "the model went away" }) as unknown });
  });

  it("is not held up by a source that hangs", async () => {
    const ending = new AbortController();
    async function* hanging(): AsyncGenerator<string> {
      yield "Hello there, my friend. How are you today";
      await new Promise(() => {});
    }
    const tts = await open({ engine: createToneEngine() });
    const speaking = tts.speak(hanging(), { onChunk: () => ending.abort(), signal: ending.signal });
    await expect(speaking).rejects.toEqual(failsWith("ABORTED"));
    expect((await tts.speak("Next.", { onChunk: () => {} })).characters).toBe(5);
  });

  it("says that there is no sound device", async () => {
    const tts = await open({ engine: createToneEngine() });
    await expect(tts.speak("Hello.")).rejects.toEqual(failsWith("NO_AUDIO_DEVICE"));
  });

  it("refuses to be pulled from", async () => {
    const tts = await open({ engine: createToneEngine() });
    await expect(tts.speak("Hello.", { sink: "pull" })).rejects.toEqual(failsWith("INVALID_INPUT"));
  });
});

describe("synthesize", () => {
  it("gives a stream that is already fed", async () => {
    const tts = await open({ engine: createToneEngine(), sink: "speaker" });
    expect(await collect(tts.synthesize("Hello."))).toBeGreaterThan(0);
  });

  it("takes a callback too", async () => {
    const tts = await open({ engine: createToneEngine() });
    let frames = 0;
    await tts.synthesize("Hello.", { onChunk: (chunk) => void (frames += chunk.samples.length) }).waitUntilDone();
    expect(frames).toBeGreaterThan(0);
  });
});

describe("toFile", () => {
  it("writes WAV by default, in the rate that was asked for", async () => {
    const tts = await open({ engine: createToneEngine() });
    const path = join(folder, "a.wav");
    const report = await tts.toFile("Hello.", path, { format: { sampleRate: 8000 } });
    const bytes = await readFile(path);
    expect(bytes.subarray(0, 4).toString("latin1")).toBe("RIFF");
    expect(bytes.readUInt32LE(24)).toBe(8000);
    expect(bytes.readUInt32LE(4)).toBe(bytes.length - 8);
    expect(report.audioMs).toBeCloseTo((bytes.readUInt32LE(40) / 2 / 8000) * 1000, 0);
  });

  it("writes bare samples", async () => {
    const tts = await open({ engine: createToneEngine() });
    const path = join(folder, "a.pcm");
    const report = await tts.toFile("Hello.", path);
    const bytes = await readFile(path);
    expect(bytes.length).toBe(Math.round((report.audioMs / 1000) * 16_000) * 2);
    await tts.toFile("Hello.", path, { format: { encoding: "mulaw" } });
    expect((await readFile(path)).length).toBe(bytes.length / 2);
  });

  it("says why a file cannot be written, before anything is spoken", async () => {
    const engine = createToneEngine();
    const tts = await open({ engine });
    await expect(tts.toFile("Hello.", join(folder, "nowhere", "a.wav"))).rejects.toEqual(failsWith("INVALID_INPUT"));
    await expect(tts.toFile("Hello.", folder)).rejects.toEqual(failsWith("INVALID_INPUT"));
    await expect(tts.toFile("Hello.", join(folder, "a.docx"))).rejects.toEqual(failsWith("INVALID_INPUT"));
    expect(engine.requests).toEqual([]);
  });

  it("passes on what the engine failed with", async () => {
    const tts = await open({ engine: createToneEngine({ fail: new TTSError("VOICE_NOT_FOUND", "no such voice") }) });
    await expect(tts.toFile("Hello.", join(folder, "a.wav"))).rejects.toEqual(failsWith("VOICE_NOT_FOUND"));
  });
});

describe("close", () => {
  it("ends what a finished stream still tells of its listener", async () => {
    const tts = await open({ engine: createToneEngine() });
    let spoken = 0;
    const stream = tts.createStream({ onChunk: () => undefined, onSpoken: () => (spoken += 1) });
    void stream.feed("One two three four five six seven eight nine ten eleven twelve.");
    stream.done();
    await stream.waitUntilDone();
    await tts.close();
    const told = spoken;
    await new Promise((resolve) => setTimeout(resolve, 400));
    expect(spoken).toBe(told);
    expect(told).toBeLessThan(12);
  });

  it("lets nobody go on telling while a sink closes slowly", async () => {
    const tts = await open({ engine: createToneEngine() });
    const words = "One two three four five six seven eight nine ten eleven twelve.";
    let told = 0;
    const finished = tts.createStream({ onChunk: () => undefined, onSpoken: () => (told += 1) });
    void finished.feed(words);
    finished.done();
    await finished.waitUntilDone();
    const slowly = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 400));
    const nothing = async (): Promise<void> => undefined;
    const sink: Sink = { write: () => new Promise(() => undefined), playedFrames: () => 0, pause: nothing, resume: nothing, clear: async () => (await slowly(), 0), end: nothing, close: slowly };
    void tts.createStream({ sink }).feed(words);
    const closing = tts.close();
    const before = told;
    await closing;
    expect(told).toBe(before);
  });

  it("finds no finished stream to end: none is kept", async () => {
    const tts = await open({ engine: createToneEngine() });
    const finish = async (): Promise<WeakRef<object>> => {
      const stream = tts.createStream({ onChunk: () => undefined });
      void stream.feed("One two three four five six seven eight nine ten eleven twelve.");
      stream.done();
      expect((await stream.waitUntilDone()).audioMs).toBeGreaterThan(400);
      return new WeakRef(stream);
    };
    const finished = await finish();
    await expect.poll(() => (collectGarbage(), finished.deref() === undefined)).toBe(true);
  });

  it("ends streams, the speaker and the engines it made, twice without harm", async () => {
    const notes: string[] = [];
    const made = createToneEngine();
    const handedIn = createToneEngine({ id: "mine" });
    const tts = await openTTS({ engine: ["tone", handedIn] }, servicesWith({ tone: () => made }, notingSpeaker(notes)));
    const stream = tts.createStream();
    void stream.feed("Hello.");
    stream.flush();
    await expect.poll(() => notes).toContain("sink 1 opens");
    await Promise.all([tts.close(), tts[Symbol.asyncDispose]()]);
    await expect(stream.waitUntilDone()).rejects.toEqual(failsWith("STREAM_CLOSED"));
    expect(notes).toContain("speaker closes");
    expect(made.closed()).toBe(1);
    expect(handedIn.closed()).toBe(0);
  });

  it("calls off what is being asked of engines", async () => {
    const waiting = { ...createToneEngine(), voices: (signal: AbortSignal) => new Promise<never>((_, reject) => signal.addEventListener("abort", () => reject(signal.reason as Error))) };
    const tts = await open({ engine: waiting });
    const voices = tts.voices();
    await tts.close();
    await expect(voices).rejects.toEqual(failsWith("STREAM_CLOSED"));
  });
});

describe("voices, credentials and warming up", () => {
  it("asks the engines", async () => {
    let warmed = 0;
    const engine = { ...createToneEngine({ voices: [toneVoice("a", "en-US"), toneVoice("b", "fr")] }), warmUp: async () => void warmed++ };
    const tts = await open({ engine });
    expect((await tts.voices({ language: "en" })).map((voice) => voice.id)).toEqual(["a"]);
    expect((await tts.checkCredentials()).status).toBe("not-needed");
    await tts.warmUp();
    expect(warmed).toBe(1);
  });
});
