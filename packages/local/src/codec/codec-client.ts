import { TTSError } from "@parlando/engine";
import type { CodecSpec, CodecThread, DecodedWindow } from "./codec-messages.ts";
import { openCodecSession, type CodecSession } from "./codec-session.ts";
import type { CodecGeometry, WindowCodec } from "./codec.ts";
import { startCodecThread } from "./start-codec-thread.ts";
import { createWindowQueue } from "./window-queue.ts";

/** What a codec in a thread of its own is made of. */
export interface CodecClientOptions extends CodecSpec {
  /** Starts the thread; by default the package's own. */
  readonly startThread?: (() => CodecThread) | undefined;
  /** Told of each window that was decoded, and of those that were decoded to probe the codec: for the speed meter. */
  readonly onDecoded?: ((window: DecodedWindow) => void) | undefined;
  /** How long the thread may take to free its memory at the end; then it is ended. Default 5,000. */
  readonly closeMs?: number | undefined;
  readonly signal?: AbortSignal | undefined;
}

const defaultCloseMs = 5_000;

/**
 * A window codec in a thread of its own, so that a window (50 to 200 ms on a processor) delays no speech code and no cancel. Windows are decoded one at a
 * time, in the order asked. One that is called off fails at once; if it waited it is never decoded, if it is under way its sound is dropped. When the thread
 * ends by itself, what it was doing fails with `SERVICE`, and the next window starts a new one.
 *
 * @throws TTSError what loading the codec throws ({@link createOnnxCodec}), `ENGINE_UNAVAILABLE` when there is no ONNX runtime, `ABORTED`.
 */
export async function createCodecClient(options: CodecClientOptions): Promise<WindowCodec> {
  const { module, path, device, threads, startThread = startCodecThread, onDecoded, closeMs = defaultCloseMs, signal } = options;
  let session: CodecSession | undefined;
  let closing: Promise<void> | undefined;

  const start = async (): Promise<{ session: CodecSession; geometry: CodecGeometry }> => {
    const started = openCodecSession({ thread: startThread(), spec: { module, path, device, threads }, closeMs });
    session = started;
    try {
      const { geometry, probed } = await started.opened;
      for (const window of probed) onDecoded?.(window);
      return { session: started, geometry };
    } catch (error) {
      await started.close();
      throw error;
    }
  };

  const queue = createWindowQueue(async (codes) => {
    const running = session === undefined || session.ended ? (await start()).session : session;
    const { samples, decodeMs } = await running.decode(codes);
    onDecoded?.({ codes: codes.length, decodeMs });
    return samples;
  });

  const { geometry } = await untilAborted(start, signal, async () => session?.close());
  return {
    kind: "window",
    device,
    geometry,
    decode: queue.decode,
    // The session first: it fails what is under way, which the queue waits for.
    close: () => (closing ??= Promise.all([session?.close(), queue.close()]).then(() => undefined)),
  };
}

/** Waits for the first start. When it is called off, the thread is closed and that is what is told. */
async function untilAborted<T>(start: () => Promise<T>, signal: AbortSignal | undefined, close: () => Promise<void>): Promise<T> {
  const called = new TTSError("ABORTED", "Loading the codec: it was called off.");
  if (signal?.aborted === true) throw called;
  let closed: Promise<void> | undefined;
  const abort = (): void => {
    closed = close();
  };
  signal?.addEventListener("abort", abort, { once: true });
  const outcome = await start().then((opened) => () => opened, (error: unknown) => () => Promise.reject(error instanceof Error ? error : called));
  signal?.removeEventListener("abort", abort);
  if (closed === undefined) return outcome();
  await closed;
  throw called;
}
