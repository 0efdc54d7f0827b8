import { TTSError, type AudioFormat, type EngineEvent } from "@parlando/engine";
import { readRequestId } from "../transport/error-from-response.ts";
import type { ResponseHeaders } from "../transport/http-types.ts";
import type { FoundFormat } from "./format-hints.ts";
import { findFormat } from "./found-format.ts";
import { joinBytes } from "./join-bytes.ts";
import type { SpeechCall } from "./openai-wire.ts";

/** The beginning of an answer's audio, held until it has told its format. */
export interface SpeechStart {
  /** Takes the first bytes; gives nothing while the format is not known, then the start, the warnings and the bytes held. */
  push(bytes: Uint8Array): readonly EngineEvent[];
  /**
   * All has come: gives what is held still.
   *
   * @throws TTSError `NO_AUDIO` for nothing or a header alone; `TRUNCATED` where the audio itself shows that it ended too early, which the wire
   * cannot always tell, as where the end of the connection is the end of the body.
   */
  end(byteLength: number): readonly EngineEvent[];
}

/** Waits for the first bytes of the audio of a call. */
export function createSpeechStart(call: SpeechCall, headers: ResponseHeaders): SpeechStart {
  const asked = call.asked.format;
  const hints = { asked, pcmRate: pcmRateOf(headers, asked.sampleRate), isEnded: false };
  let held: Uint8Array = new Uint8Array(0);
  let found: FoundFormat | undefined;

  function begin(format: AudioFormat): readonly EngineEvent[] {
    const audio: EngineEvent = { type: "audio", bytes: held };
    return [{ type: "start", format, requestId: readRequestId(headers) }, ...call.warnings, ...differing(asked, format), audio];
  }
  return {
    push(bytes) {
      held = joinBytes(held, bytes);
      found = findFormat(held, hints);
      return found === undefined ? [] : begin(found.format);
    },
    end(byteLength) {
      const known = found ?? findFormat(held, { ...hints, isEnded: true });
      checkWhole(known, byteLength, call, headers);
      return found !== undefined || known === undefined ? [] : begin(known.format);
    },
  };
}

/** The rate that the content type names, as `audio/pcm;rate=16000`; bare samples cannot tell theirs. */
function pcmRateOf(headers: ResponseHeaders, asked: number): number {
  const told = Number(/^audio\/.*;\s*rate="?(\d{4,6})"?/i.exec(headers["content-type"] ?? "")?.[1]);
  return told >= 4_000 && told <= 384_000 ? told : asked;
}

function differing(asked: AudioFormat, came: AudioFormat): EngineEvent[] {
  if (asked.encoding === came.encoding) return [];
  const message = `The server was asked for ${asked.encoding} and sends ${came.encoding}. It is read as that; set \`formats\` to what the server has.`;
  return [{ type: "warning", code: "FORMAT_DIFFERS", message }];
}

function checkWhole(found: FoundFormat | undefined, byteLength: number, { context }: SpeechCall, headers: ResponseHeaders): void {
  const { engine, doing } = context;
  const requestId = readRequestId(headers);
  if (byteLength <= (found?.headerBytes ?? 0)) {
    throw new TTSError("NO_AUDIO", `${doing}: the answer has no audio in it. Check that the text has something to speak in the voice's language.`, { engine, requestId });
  }
  const isCut = found?.format.encoding === "pcm-s16le" ? byteLength % 2 === 1 : byteLength < (found?.byteLength ?? 0);
  if (!isCut) return;
  const where = found?.format.encoding === "wav" ? `after ${byteLength} of ${found.byteLength ?? 0} bytes that its header tells` : "in the middle of a sample";
  throw new TTSError("TRUNCATED", `${doing}: the audio ended ${where}. What was delivered is real; try again.`, { engine, requestId });
}
