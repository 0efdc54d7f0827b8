import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Writable } from "node:stream";
import { describeSink } from "@parlando/testkit";
import { afterAll, describe, it } from "vitest";
import { createByteStreamSink } from "./byte-stream-sink.ts";
import { createFrameSink } from "./frame-sink.ts";
import { createMemorySink } from "./memory-sink.ts";
import { createNodeWritableSink } from "./node-writable-sink.ts";
import { createWavFileSink } from "./wav-file-sink.ts";

const folder = mkdtempSync(join(tmpdir(), "parlando-sink-conformance-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

let files = 0;
const newFile = (): string => join(folder, `${(files += 1)}.wav`);

const sleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** Takes a chunk in 5 ms and wants one at a time, so that something waits whenever a sink is stopped. */
const slowStream = (): WritableStream<Uint8Array> => new WritableStream({ write: () => sleep(5) });
const slowWritable = (): Writable => new Writable({ highWaterMark: 1, write: (_bytes, _encoding, done) => void setTimeout(done, 5) });

const runner = { describe, it };

describeSink("memory", () => createMemorySink(), runner);
describeSink("memory, stereo at 48 kHz", () => createMemorySink({ sampleRate: 48_000, channels: 2 }), runner);
describeSink("WAV file", () => createWavFileSink(newFile()), runner);
describeSink("WAV file, mu-law at 8 kHz", () => createWavFileSink(newFile(), { encoding: "mulaw", sampleRate: 8000 }), runner);
describeSink("byte stream", () => createByteStreamSink(new WritableStream()), runner);
describeSink("byte stream that is slow", () => createByteStreamSink(slowStream(), { encoding: "wav" }), runner);
describeSink("Node writable", () => createNodeWritableSink(new Writable({ write: (_bytes, _encoding, done) => done() })), runner);
describeSink("Node writable that is slow", () => createNodeWritableSink(slowWritable(), { encoding: "wav" }), runner);
describeSink("Node writable that stays open", () => createNodeWritableSink(slowWritable(), { end: false }), runner);
describeSink("frames", () => createFrameSink({ send: () => undefined }), runner);
describeSink("frames of telephony, sent ahead, that can be dropped", () => createFrameSink({ send: () => sleep(1), drop: () => undefined, encoding: "mulaw", leadMs: 100 }), runner);
describeSink("frames of 7 ms at 22,050 Hz in stereo", () => createFrameSink({ send: () => undefined, frameMs: 7, sampleRate: 22_050, channels: 2 }), runner);
