import { TTSError, type EngineEvent, type EngineSession, type SynthesisRequest } from "@parlando/engine";
import { engineClosed, throwIfCalledOff } from "../transport/call-context.ts";
import { createPollyCall } from "./polly-call.ts";
import { bytesPerSecond, chooseFormat, type PollyFormat } from "./polly-capabilities.ts";
import type { PollyParts } from "./polly-parts.ts";
import { askForMarks } from "./polly-marks.ts";
import { PollyStream } from "./polly-stream.ts";
import { sentText } from "./polly-text.ts";
import { PollyTurn } from "./polly-turn.ts";
import { buildSpeechCall, contextOf, readProsody, refusal, type SpeechChoice } from "./polly-wire.ts";

/** Polly ends a stream without input after 5,000 ms. */
const KEEP_ALIVE_MS = 2_000;

/**
 * Opens a conversation with a generative voice. Text goes out as it comes; with another rate or volume than the normal one a segment goes out
 * when it is flushed, since Polly changes these only around a whole document.
 *
 * @throws TTSError `UNSUPPORTED` for SSML, or where nothing but compressed audio may be asked for; what choosing the voice throws.
 */
export async function openPollySession(parts: PollyParts, request: Omit<SynthesisRequest, "text">, signal: AbortSignal): Promise<EngineSession> {
  const context = contextOf("a two-way stream", parts.secrets);
  throwIfCalledOff(context, signal);
  if (parts.closing.aborted) throw engineClosed(context);
  if (request.ssml) throw refusal("UNSUPPORTED", "a session takes plain text, and SSML was asked for. Speak the document in one request.");
  const call = createPollyCall({ context, signal, closing: parts.closing });
  try {
    const choice = await call.wait(parts.chooser.choose(request, call.signal));
    if (choice.engine !== "generative") throw refusal("UNSUPPORTED", `only Polly's generative engine takes text as it comes, and ${choice.engine} was asked for.`);
    const lease = await call.wait(parts.connection.lease("two-way"));
    call.signal.addEventListener("abort", () => lease.release(), { once: true });
    if (call.signal.aborted) lease.release();
    const format = rawFormat(choice, request);
    const warnings: EngineEvent[] = [];
    const prosody = readProsody(request, choice.engine, warnings);
    const isPlain = !sentText("", { ssml: false, prosody }).isSsml;
    const times = { firstByteMs: parts.firstByteMs, idleMs: parts.idleMs };
    const keepAliveMs = parts.options.keepAliveMs ?? KEEP_ALIVE_MS;
    const begin = (): PollyTurn =>
      new PollyTurn({
        call,
        format,
        warnings,
        whole: isPlain ? undefined : (text) => sentText(text, { ssml: false, prosody }),
        openStream: () => new PollyStream({ lease, choice, format, context, keepAliveMs, times, signal: call.signal }),
        askForMarks: (text) => (request.marks.length === 0 ? undefined : askForMarks({ speech: buildSpeechCall({ ...request, text }, choice, parts.secrets), connection: parts.connection, call, times, secrets: parts.secrets })),
      });
    return sessionOf(begin, call.context.doing, { check: () => call.check(), close: () => call.fail(new TTSError("ABORTED", `${context.doing}: the session was closed.`, { engine: "polly" })) });
  } catch (error) {
    call.end();
    throw call.failure ?? error;
  }
}

/** Streams follow one another in a session, so only audio without a beginning of its own will do. */
function rawFormat({ formats }: SpeechChoice, { format }: Pick<SynthesisRequest, "format">): PollyFormat {
  const chosen = chooseFormat(formats.filter((offered) => bytesPerSecond(offered.format) !== undefined), format);
  if (chosen !== undefined) return chosen;
  throw refusal("UNSUPPORTED", "a session needs bare audio, and `formats` names none. Add pcm, mulaw or alaw.");
}

function sessionOf(begin: () => PollyTurn, doing: string, life: { check(): void; close(): void }): EngineSession {
  let turn = begin();
  let isClosed = false;

  function current(): PollyTurn {
    if (isClosed) throw new TTSError("STREAM_CLOSED", `${doing}: the session was closed. Open a new one.`, { engine: "polly" });
    life.check();
    return turn;
  }
  return {
    events: turn.events(),
    nextTurn() {
      current().cancel();
      turn = begin();
      return turn.events();
    },
    write: async (text) => current().write(text),
    flush: async () => current().flush(),
    end: async () => current().end(),
    cancel: async () => turn.cancel(),
    async close() {
      isClosed = true;
      life.close();
      turn.cancel();
    },
  };
}
