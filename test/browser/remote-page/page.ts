// What the page of the remote engine does when it is told to. All of it crosses over as data.

import { createMemorySink } from "@parlando/core";
import { createSpeechClient, type RemoteOptions, type SpeechClient } from "@parlando/web";
import { base64Of } from "../page/base64.ts";
import { shownError, type ShownError } from "../page/shown-error.ts";

/** Where to speak, and what. */
export interface RemoteOrder {
  readonly options: RemoteOptions;
  readonly pieces: readonly string[];
  /** The stream is aborted after so much audio. */
  readonly abortAfterMs?: number | undefined;
}

/** What came of it. */
export interface RemoteSpeech {
  readonly samples: string;
  readonly words: readonly string[];
  readonly voices: number;
  readonly credentials: string;
  readonly error?: ShownError | undefined;
}

let client: SpeechClient | undefined;

async function speak({ options, pieces, abortAfterMs = Infinity }: RemoteOrder): Promise<RemoteSpeech> {
  client ??= createSpeechClient(options);
  const controller = new AbortController();
  const sink = createMemorySink();
  const words: string[] = [];
  let heardMs = 0;
  const stream = client.createStream({
    sink,
    signal: controller.signal,
    onMark: ({ kind, value }) => void (kind === "word" && words.push(value)),
  });
  stream.on("chunk", ({ durationMs }) => {
    heardMs += durationMs;
    if (heardMs >= abortAfterMs) controller.abort();
  });
  const result = async (error?: unknown): Promise<RemoteSpeech> => ({
    samples: bytesOf(sink.samples()),
    words,
    voices: (await client?.voices().catch(() => []))?.length ?? 0,
    credentials: (await client?.checkCredentials())?.status ?? "",
    ...(error === undefined ? {} : { error: shownError(error) }),
  });
  try {
    for (const piece of pieces) await stream.feed(piece);
    stream.done();
    await stream.waitUntilDone();
    return await result();
  } catch (error) {
    return await result(error);
  }
}

function bytesOf({ buffer, byteOffset, byteLength }: Float32Array): string {
  return base64Of([new Uint8Array(buffer, byteOffset, byteLength)]);
}

async function close(): Promise<void> {
  await client?.close();
  client = undefined;
}

Object.assign(globalThis, { parlando: { speak, close } });
