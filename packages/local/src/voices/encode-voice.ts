import { fork } from "node:child_process";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { createResampler } from "@parlando/core";
import { TTSError } from "@parlando/engine";
import { fromFailure } from "../runtime/failure.ts";
import { reduceEnvironment } from "../runtime/process-channel.ts";
import type { EncodeAnswer, EncodeOrder } from "./encoder-messages.ts";

/** A recording of a voice. */
export interface Recording {
  /** Mono, in [-1, 1]. */
  readonly samples: Float32Array;
  /** In Hz. */
  readonly sampleRate: number;
}

/** What a recording is encoded with. */
export interface EncodeOptions {
  /** The id of the engine, for errors. */
  readonly engine: string;
  /** The encoder's `.onnx`. */
  readonly path: string;
  readonly runtime: string;
  readonly signal: AbortSignal;
  /** The file of the process; by default the package's own. */
  readonly file?: string | undefined;
}

/** What NeuCodec's encoder hears. */
const encoderRate = 16_000;
/** Of a code, at that rate. */
const samplesPerCode = 320;

/**
 * Turns a recording into codes, in a process that lives as long as this takes.
 *
 * @throws TTSError what `encodeSamples` throws; `SERVICE` when the process ended by itself, or gave another number of codes than 50 a second; `ABORTED`.
 */
export async function encodeRecording({ samples, sampleRate }: Recording, options: EncodeOptions): Promise<Int32Array> {
  const resampler = createResampler(sampleRate, encoderRate);
  const heard = joined(resampler.process(samples), resampler.flush());
  const codes = await askProcess({ path: options.path, runtime: options.runtime, samples: heard }, options);
  const expected = heard.length / samplesPerCode;
  if (Math.abs(codes.length - expected) <= 2) return codes;
  throw new TTSError("SERVICE", `Encoding a recording: the encoder gave ${String(codes.length)} codes for ${String(Math.round(expected * 20))} ms, expected ${String(Math.round(expected))}. Use an encoder of NeuCodec, which hears 16,000 Hz.`, { engine: options.engine, retryable: false });
}

function askProcess(order: EncodeOrder, { engine, signal, file = encoderProcessFile() }: EncodeOptions): Promise<Int32Array> {
  return new Promise((resolve, reject) => {
    const calledOff = (): TTSError => new TTSError("ABORTED", "Encoding a recording: it was called off.", { engine, cause: signal.reason });
    if (signal.aborted) return reject(calledOff());
    const child = fork(file, [], { execArgv: [], serialization: "advanced", stdio: ["ignore", "ignore", "ignore", "ipc"], env: reduceEnvironment(process.env) });
    const settle = (then: () => void): void => {
      signal.removeEventListener("abort", abort);
      child.kill("SIGKILL");
      then();
    };
    const abort = (): void => settle(() => reject(calledOff()));
    signal.addEventListener("abort", abort, { once: true });
    child.once("message", (message) => {
      const answer = message as EncodeAnswer;
      settle(() => (answer.type === "encoded" ? resolve(answer.codes) : reject(fromFailure(answer.failure))));
    });
    const ended = (how: string) => (): void => settle(() => reject(new TTSError("SERVICE", `Encoding a recording: the encoder's process ${how} before it answered. Try again; if it stays, check the encoder's file.`, { engine })));
    child.once("error", ended("could not be started"));
    child.once("exit", ended("ended"));
    child.send(order, () => {});
  });
}

function joined(start: Float32Array, rest: Float32Array): Float32Array {
  const all = new Float32Array(start.length + rest.length);
  all.set(start);
  all.set(rest, start.length);
  return all;
}

/** By the package's name, since a bundler may have moved this code into another file. */
function encoderProcessFile(): string {
  return join(dirname(createRequire(import.meta.url).resolve("@parlando/local/package.json")), "dist", "encoder-process.js");
}
