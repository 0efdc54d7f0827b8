import { TTSError } from "@parlando/engine";
import { fromFailure } from "../runtime/failure.ts";
import type { CodecReply, CodecSpec, CodecThread, DecodedWindow } from "./codec-messages.ts";
import type { CodecGeometry } from "./codec.ts";
import { deferred } from "./window-queue.ts";

/** One life of the codec's thread: from its start until it ends or is closed. */
export interface CodecSession {
  /** Fails when the codec does not load. */
  readonly opened: Promise<{ readonly geometry: CodecGeometry; readonly probed: readonly DecodedWindow[] }>;
  /** Whether the thread is gone: another session is needed. */
  readonly ended: boolean;
  decode(codes: Int32Array): Promise<{ readonly samples: Float32Array; readonly decodeMs: number }>;
  /** Lets the thread free what it has, and ends it when it does not. Twice is no harm. */
  close(): Promise<void>;
}

type Answer = Exclude<CodecReply, { type: "failed" }>;

interface Waiting {
  readonly resolve: (answer: Answer) => void;
  readonly reject: (error: TTSError) => void;
}

/** The id of `open` among those that wait. */
const openId = 0;

/** Starts a thread and has it load the codec. */
export function openCodecSession({ thread, spec, closeMs }: { readonly thread: CodecThread; readonly spec: CodecSpec; readonly closeMs: number }): CodecSession {
  const waiting = new Map<number, Waiting>();
  let lastId = openId;
  let end: string | undefined;
  let closing = false;
  const gone = deferred<undefined>();

  const goneError = (): TTSError =>
    closing
      ? new TTSError("ABORTED", "Decoding speech codes: the codec was closed.")
      : new TTSError("SERVICE", `Decoding speech codes: the codec's thread is gone (${end ?? "unknown"}). Try again; it is started anew.`);

  const ask = (id: number, send: () => void): Promise<Answer> =>
    new Promise((resolve, reject) => {
      if (end !== undefined || closing) return reject(goneError());
      waiting.set(id, { resolve, reject });
      thread.setBusy(true);
      send();
    });

  thread.onReply((reply) => {
    const id = reply.type === "ready" ? openId : (reply.id ?? openId);
    const asked = waiting.get(id);
    waiting.delete(id);
    if (waiting.size === 0) thread.setBusy(false);
    if (reply.type === "failed") asked?.reject(fromFailure(reply.failure));
    else asked?.resolve(reply);
  });
  thread.onEnd((reason) => {
    end = reason;
    for (const { reject } of waiting.values()) reject(goneError());
    waiting.clear();
    gone.resolve(undefined);
  });

  const opened = ask(openId, () => thread.post({ type: "open", spec })).then(readyOf);
  return {
    opened,
    get ended() {
      return end !== undefined || closing;
    },
    async decode(codes) {
      const id = (lastId += 1);
      return decodedOf(await ask(id, () => thread.post({ type: "decode", id, codes })));
    },
    async close() {
      if (!closing && end === undefined) {
        closing = true;
        thread.setBusy(true);
        thread.post({ type: "close" });
      }
      const timer = setTimeout(() => thread.kill(), closeMs);
      await gone.promise;
      clearTimeout(timer);
    },
  };
}

function readyOf(answer: Answer): Extract<Answer, { type: "ready" }> {
  if (answer.type === "ready") return answer;
  throw unexpected(answer);
}

function decodedOf(answer: Answer): Extract<Answer, { type: "decoded" }> {
  if (answer.type === "decoded") return answer;
  throw unexpected(answer);
}

function unexpected({ type }: Answer): TTSError {
  return new TTSError("INTERNAL", `Talking to the codec's thread: it answered "${type}" to something else. Please report this.`);
}
