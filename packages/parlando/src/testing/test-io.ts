import { Writable } from "node:stream";
import type { CommandLineIO, InputStream } from "../command-line/io.ts";
import type { Services } from "../services.ts";
import type { SpeakerDevice } from "../speech/shared-speaker.ts";
import type { Engine } from "@parlando/engine";
import { TTSError } from "@parlando/engine";

/** A command line's surroundings in a test, with what came out of it. */
export interface TestIO extends CommandLineIO {
  readonly written: { readonly stdout: () => Buffer; readonly stderr: () => string };
  /** What Ctrl-C does. */
  interrupt(status?: number): void;
}

/** Engines by the names under which the command line finds them. */
export function servicesWith(engines: Readonly<Record<string, (options?: Readonly<Record<string, unknown>>) => Engine>>, speaker?: SpeakerDevice): Services {
  return {
    registry: Object.entries(engines).map(([id, createEngine]) => ({
      id,
      package: `@example/${id}`,
      description: `The engine ${id}`,
      licence: "MIT",
      load: async () => ({ createEngine }),
    })),
    loadSpeaker: async () => {
      if (speaker !== undefined) return speaker;
      throw new TTSError("NO_AUDIO_DEVICE", "There is no sound device in this test.");
    },
  };
}

/** Surroundings without a terminal, with `stdin` to be read. */
export function createTestIO(options: { services: Services; stdin?: InputStream; env?: Record<string, string>; terminal?: boolean; stdout?: Writable }): TestIO {
  const out: Buffer[] = [];
  const errors: Buffer[] = [];
  const listeners = new Set<(status: number) => void>();
  return {
    stdin: options.stdin ?? Object.assign(piecesOf([]), { isTTY: true }),
    stdout: options.stdout ?? collect(out),
    stderr: Object.assign(collect(errors), { isTTY: options.terminal === true }),
    env: options.env ?? {},
    services: options.services,
    onInterrupt: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    interrupt: (status = 130) => listeners.forEach((listener) => listener(status)),
    written: { stdout: () => Buffer.concat(out), stderr: () => Buffer.concat(errors).toString() },
  };
}

function collect(into: Buffer[]): Writable {
  return new Writable({
    write: (chunk: Buffer, _encoding, done) => {
      into.push(Buffer.from(chunk));
      done();
    },
  });
}

/** Input that comes in pieces. */
export async function* piecesOf(pieces: readonly (string | Uint8Array)[]): AsyncGenerator<string | Uint8Array> {
  yield* pieces;
}
