import { spawn } from "node:child_process";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join as joinPath } from "node:path";
import { PassThrough, Writable } from "node:stream";
import { StreamError } from "@parlando/engine";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { chunksOf } from "../audio/chunks.test-helper.ts";
import { encodePcm } from "../audio/pcm.ts";
import { noise } from "../audio/signals.test-helper.ts";
import { join } from "../audio/wav-bytes.test-helper.ts";
import { wavHeader } from "../audio/wav-header.ts";
import { createByteStreamSink } from "./byte-stream-sink.ts";
import { createMemorySink } from "./memory-sink.ts";
import { createNodeWritableSink } from "./node-writable-sink.ts";
import type { Sink } from "./sink.ts";
import { createWavFileSink } from "./wav-file-sink.ts";

const samples = noise(2_000);
const chunks = chunksOf(samples);
const bytes = encodePcm(samples, "pcm-s16le");
const [firstChunk, secondChunk] = chunks as [(typeof chunks)[0], (typeof chunks)[0]];

let folder = "";
beforeEach(async () => {
  folder = await mkdtemp(joinPath(tmpdir(), "parlando-sinks-"));
});
afterEach(async () => {
  await rm(folder, { recursive: true, force: true });
});

async function writeAll(sink: Sink): Promise<void> {
  for (const chunk of chunks) await sink.write(chunk);
}

/** Whether a promise has settled by the time that everything already possible has happened. */
async function isSettled(promise: Promise<unknown>): Promise<boolean> {
  let settled = false;
  const note = (): void => {
    settled = true;
  };
  promise.then(note, note);
  await new Promise((resolve) => setTimeout(resolve, 10));
  return settled;
}

const discard = (): WritableStream<Uint8Array> => new WritableStream();
const swallow = (): Writable => new Writable({ write: (_bytes, _encoding, done) => done() });

describe.each<[string, () => Sink]>([
  ["createMemorySink", () => createMemorySink()],
  ["createWavFileSink", () => createWavFileSink(joinPath(folder, "speech.wav"))],
  ["createByteStreamSink", () => createByteStreamSink(discard())],
  ["createNodeWritableSink", () => createNodeWritableSink(swallow())],
])("%s: what every sink does", (_name, create) => {
  it("refuses writes after end, clear and close", async () => {
    for (const stop of [(sink: Sink) => sink.end(), (sink: Sink) => sink.clear(), (sink: Sink) => sink.close()]) {
      const sink = create();
      await sink.write(firstChunk);
      await stop(sink);
      const refused = sink.write(secondChunk);
      await expect(refused).rejects.toBeInstanceOf(StreamError);
      await expect(refused).rejects.toMatchObject({ code: "STREAM_CLOSED" });
      await sink.close();
    }
  });

  it("can be ended, cleared and closed twice, in any order, with or without audio", async () => {
    for (const isEmpty of [true, false]) {
      for (const order of ["eec", "cc", "xxc", "exc", "xec", "cec", "cxc"]) {
        const sink = create();
        if (!isEmpty) await sink.write(firstChunk);
        for (const step of order) await { e: sink.end, x: sink.clear, c: sink.close }[step as "e" | "x" | "c"]();
      }
    }
  });

  it("holds writes, and the end, while it is paused", async () => {
    const sink = create();
    await sink.write(firstChunk);
    await sink.pause();
    await sink.pause();
    const held = sink.write(secondChunk);
    const end = sink.end();
    expect(await isSettled(held)).toBe(false);
    expect(await isSettled(end)).toBe(false);
    await sink.resume();
    await Promise.all([held, end]);
    await sink.resume();
    expect(await sink.clear()).toBe(960);
    await sink.close();
  });

  it("clear settles what waits, and tells the first frame that was not written", async () => {
    const sink = create();
    await sink.write(firstChunk);
    await sink.pause();
    const held = sink.write(secondChunk);
    const end = sink.end();
    expect(await sink.clear()).toBe(480);
    await Promise.all([held, end]);
    await sink.close();
  });

  it("close settles what waits", async () => {
    const sink = create();
    await sink.pause();
    const waiting = [sink.write(firstChunk), sink.write(secondChunk), sink.end()];
    await sink.close();
    await Promise.all(waiting);
  });

  it("has no playhead", async () => {
    const sink = create();
    expect(sink.playedFrames()).toBeUndefined();
    await sink.close();
  });
});

describe("createMemorySink", () => {
  it("keeps chunks in order, joined and as a file", async () => {
    const sink = createMemorySink({ sampleRate: 24_000, channels: 1 });
    expect(sink.format).toEqual({ sampleRate: 24_000, channels: 1 });
    await writeAll(sink);
    await sink.end();
    expect(sink.chunks).toEqual(chunks);
    expect(sink.samples()).toEqual(samples);
    expect(sink.toWav()).toEqual(join(wavHeader({ sampleRate: 24_000, channels: 1, dataBytes: bytes.length }), bytes));
    expect(sink.samples()).toEqual(samples);
  });

  it("keeps the order of writes that nobody waits for", async () => {
    const sink = createMemorySink();
    await Promise.all(chunks.map((chunk) => sink.write(chunk)));
    expect(sink.samples()).toEqual(samples);
  });

  it("asks for no format of itself, and refuses one that cannot be", () => {
    expect(createMemorySink().format).toBeUndefined();
    expect(() => createMemorySink({ sampleRate: 3 })).toThrow(expect.objectContaining({ code: "INVALID_INPUT" }));
    expect(() => createMemorySink({ channels: 0 })).toThrow(expect.objectContaining({ code: "INVALID_INPUT" }));
  });
});

describe("createWavFileSink", () => {
  it("writes a file with its sizes", async () => {
    const path = joinPath(folder, "speech.wav");
    const sink = createWavFileSink(path);
    await writeAll(sink);
    await sink.end();
    expect(new Uint8Array(await readFile(path))).toEqual(join(wavHeader({ sampleRate: 24_000, channels: 1, dataBytes: bytes.length }), bytes));
  });

  it("is readable while it is written, and complete after clear and after close", async () => {
    for (const stop of ["clear", "close"] as const) {
      const path = joinPath(folder, `${stop}.wav`);
      const sink = createWavFileSink(path);
      await sink.write(firstChunk);
      expect(new Uint8Array(await readFile(path)).subarray(0, 44)).toEqual(wavHeader({ sampleRate: 24_000, channels: 1 }));
      await sink[stop]();
      const written = firstChunk.bytes();
      expect(new Uint8Array(await readFile(path))).toEqual(join(wavHeader({ sampleRate: 24_000, channels: 1, dataBytes: written.length }), written));
    }
  });

  it("pads an odd length", async () => {
    const path = joinPath(folder, "odd.wav");
    const sink = createWavFileSink(path, { encoding: "mulaw", sampleRate: 8_000 });
    for (const chunk of chunksOf(noise(5), { sampleRate: 8_000 })) await sink.write(chunk);
    await sink.end();
    const file = new Uint8Array(await readFile(path));
    expect(file.length).toBe(58 + 6);
    expect(file.subarray(0, 58)).toEqual(wavHeader({ sampleRate: 8_000, channels: 1, encoding: "mulaw", dataBytes: 5 }));
  });

  it("writes an empty file where there is no audio, and none where it is closed before", async () => {
    const path = joinPath(folder, "empty.wav");
    const sink = createWavFileSink(path, { sampleRate: 16_000 });
    await sink.end();
    expect(new Uint8Array(await readFile(path))).toEqual(wavHeader({ sampleRate: 16_000, channels: 1, dataBytes: 0 }));
    const unused = joinPath(folder, "unused.wav");
    await createWavFileSink(unused).close();
    await expect(readFile(unused)).rejects.toMatchObject({ code: "ENOENT" });
  });

  it("says why a file cannot be written", async () => {
    const missing = createWavFileSink(joinPath(folder, "missing", "speech.wav"));
    await expect(missing.write(firstChunk)).rejects.toMatchObject({ code: "INVALID_INPUT", message: expect.stringContaining("folder does not exist") });
    await missing.close();
    await expect(createWavFileSink(folder).write(firstChunk)).rejects.toMatchObject({ code: "INVALID_INPUT", message: expect.stringContaining("it is a folder") });
    await expect(createWavFileSink(joinPath(folder, "missing", "a.wav")).end()).rejects.toMatchObject({ code: "INVALID_INPUT" });
  });

  it("refuses audio that changes its format", async () => {
    const sink = createWavFileSink(joinPath(folder, "mixed.wav"));
    await sink.write(firstChunk);
    for (const chunk of chunksOf(noise(10), { sampleRate: 48_000 })) await expect(sink.write(chunk)).rejects.toMatchObject({ code: "INVALID_INPUT" });
    await sink.close();
  });
});

describe("createByteStreamSink", () => {
  it("writes bytes and closes the stream", async () => {
    for (const encoding of ["pcm-s16le", "wav"] as const) {
      const { readable, writable } = new TransformStream<Uint8Array, Uint8Array>();
      const sink = createByteStreamSink(writable, { encoding });
      const received = new Response(readable).arrayBuffer();
      await writeAll(sink);
      await sink.end();
      const header = encoding === "wav" ? wavHeader({ sampleRate: 24_000, channels: 1 }) : new Uint8Array(0);
      expect(new Uint8Array(await received)).toEqual(join(header, bytes));
    }
  });

  it("waits until the stream wants more", async () => {
    let release = (): void => undefined;
    const slow = new WritableStream<Uint8Array>({ write: () => new Promise((resolve) => (release = resolve)) });
    const sink = createByteStreamSink(slow);
    const written = sink.write(firstChunk);
    expect(await isSettled(written)).toBe(false);
    release();
    await written;
  });

  it("a stream that never goes on: clear and close still settle everything", async () => {
    const stuck = new WritableStream<Uint8Array>({ write: () => new Promise(() => undefined) });
    const sink = createByteStreamSink(stuck);
    const writes = [sink.write(firstChunk), sink.write(secondChunk)];
    const end = sink.end();
    await isSettled(end);
    expect(await sink.clear()).toBe(480);
    await Promise.all([...writes, end]);
    await sink.close();
    expect(stuck.locked).toBe(false);
  });

  it("close before the end aborts the stream, once", async () => {
    let aborted = 0;
    const sink = createByteStreamSink(new WritableStream({ abort: () => void (aborted += 1) }));
    await sink.write(firstChunk);
    await sink.close();
    await sink.close();
    await isSettled(Promise.resolve());
    expect(aborted).toBe(1);
  });

  it("rejects with the stream's error as the cause", async () => {
    const broken = new Error("broken");
    const failing = new WritableStream<Uint8Array>({ write: () => Promise.reject(broken) });
    const sink = createByteStreamSink(failing);
    await expect(sink.write(firstChunk)).rejects.toMatchObject({ code: "CONSUMER_FAILED", cause: broken });
    await expect(sink.write(secondChunk)).rejects.toMatchObject({ code: "CONSUMER_FAILED", cause: broken });
    await expect(sink.end()).rejects.toMatchObject({ code: "CONSUMER_FAILED" });
    await sink.close();
  });

  it("refuses a stream in use and an encoding of another package", () => {
    const busy = discard();
    busy.getWriter();
    expect(() => createByteStreamSink(busy)).toThrow(expect.objectContaining({ code: "INVALID_INPUT" }));
    expect(() => createByteStreamSink(discard(), { encoding: "mp3" })).toThrow(expect.objectContaining({ code: "UNSUPPORTED" }));
  });
});

describe("createNodeWritableSink", () => {
  const listeners = (stream: Writable): number => ["error", "close", "drain", "finish"].reduce((sum, name) => sum + stream.listenerCount(name), 0);

  it("writes bytes, ends the stream, and leaves no listener behind", async () => {
    const through = new PassThrough({ highWaterMark: 500 });
    const before = listeners(through);
    const received: Uint8Array[] = [];
    through.on("data", (part: Uint8Array) => received.push(part));
    const sink = createNodeWritableSink(through, { encoding: "wav" });
    await writeAll(sink);
    await sink.end();
    await sink.close();
    await isSettled(Promise.resolve());
    expect(new Uint8Array(join(...received))).toEqual(join(wavHeader({ sampleRate: 24_000, channels: 1 }), bytes));
    expect(through.writableEnded).toBe(true);
    expect(listeners(through)).toBe(before);
  });

  it("leaves the stream open where it is told to, all of it passed on", async () => {
    let count = 0;
    const slow = new Writable({
      highWaterMark: 1e6,
      write: (part: Uint8Array, _encoding, done) => {
        count += part.length;
        setTimeout(done, 1);
      },
    });
    const sink = createNodeWritableSink(slow, { end: false });
    await writeAll(sink);
    await sink.end();
    await sink.close();
    expect(count).toBe(bytes.length);
    expect(slow.writableEnded || slow.destroyed).toBe(false);
    expect(listeners(slow)).toBe(0);
  });

  it("waits until the stream wants more", async () => {
    let release = (): void => undefined;
    const slow = new Writable({ highWaterMark: 10, write: (_part, _encoding, done) => (release = done) });
    const sink = createNodeWritableSink(slow);
    const written = sink.write(firstChunk);
    expect(await isSettled(written)).toBe(false);
    release();
    await written;
    await sink.close();
    await isSettled(Promise.resolve());
    expect(listeners(slow)).toBe(0);
  });

  it("a stream that fails, breaks or closes rejects the write under way and the later ones", async () => {
    const pipe = Object.assign(new Error("broken pipe"), { code: "EPIPE" });
    const stuck = new Writable({ highWaterMark: 10, write: () => undefined });
    for (const [stream, cause] of [
      [new Writable({ highWaterMark: 10, write: (_part, _encoding, done) => setTimeout(() => done(pipe), 2) }), pipe],
      [stuck, undefined],
    ] as const) {
      const sink = createNodeWritableSink(stream);
      const write = sink.write(firstChunk);
      if (stream === stuck) setTimeout(() => stuck.destroy(), 2);
      await expect(write).rejects.toMatchObject({ code: "CONSUMER_FAILED" });
      if (cause !== undefined) await expect(write).rejects.toMatchObject({ cause });
      await expect(sink.write(secondChunk)).rejects.toMatchObject({ code: "CONSUMER_FAILED" });
      await expect(sink.end()).rejects.toMatchObject({ code: "CONSUMER_FAILED" });
      await sink.close();
      await isSettled(Promise.resolve());
      expect(listeners(stream)).toBe(0);
    }
  });

  it("a process that stops reading breaks the pipe with a typed error", async () => {
    const child = spawn(process.execPath, ["-e", ""], { stdio: ["pipe", "ignore", "ignore"] });
    const sink = createNodeWritableSink(child.stdin);
    const before = listeners(child.stdin);
    const writeForEver = async (): Promise<void> => {
      for (;;) await sink.write(firstChunk);
    };
    await expect(writeForEver()).rejects.toMatchObject({ code: "CONSUMER_FAILED" });
    await sink.close();
    await isSettled(Promise.resolve());
    expect(listeners(child.stdin)).toBeLessThanOrEqual(before);
  });

  it("hears an error that comes after it was closed, so that it ends nobody's process", async () => {
    let fail = (_error: Error): void => undefined;
    const late = new Writable({ highWaterMark: 1e6, write: (_part, _encoding, done) => (fail = done) });
    const sink = createNodeWritableSink(late, { end: false });
    await sink.write(firstChunk);
    await sink.clear();
    await sink.close();
    fail(new Error("too late"));
    await isSettled(Promise.resolve());
    expect(late.destroyed).toBe(true);
    expect(listeners(late)).toBe(0);
  });

  it("clear and close settle what a stalled stream holds up", async () => {
    const stalled = new Writable({ highWaterMark: 10, write: () => undefined });
    const sink = createNodeWritableSink(stalled);
    const writes = [sink.write(firstChunk), sink.write(secondChunk)];
    const end = sink.end();
    await isSettled(end);
    expect(await sink.clear()).toBe(480);
    await Promise.all([...writes, end]);
    await sink.close();
    expect(stalled.destroyed).toBe(true);
  });

  it("refuses a stream that has already ended", async () => {
    const ended = swallow().end();
    await expect(createNodeWritableSink(ended).write(firstChunk)).rejects.toMatchObject({ code: "CONSUMER_FAILED" });
    expect(listeners(ended)).toBe(0);
  });
});
