import { TTSError } from "@parlando/engine";
import { createParser, type EventSourceMessage } from "eventsource-parser";
import type { CallContext } from "./call-context.ts";

/** One event of a stream of server-sent events. */
export interface ServerSentEvent {
  /** The lines of its data, joined by line feeds. */
  data: string;
  /** Its type, where it has one. */
  event?: string | undefined;
  id?: string | undefined;
}

/** How events are read. */
export interface SseOptions extends CallContext {
  /** The largest event, in characters. Default 4 Mi. */
  maxEventCharacters?: number | undefined;
}

/**
 * The events of a body, as they are complete. Any of CR, LF and CRLF, a byte order mark, comments, and characters that are split between
 * two pieces are taken as the standard says. Leaving the loop early ends the request.
 *
 * @throws TTSError `TRUNCATED` for a body that ends inside an event; `PROTOCOL` for one that is not UTF-8 or has too large an event; what
 * the body throws. A body that ends between two events ends the loop: whether the protocol's last event was among them, the engine knows.
 */
export async function* readServerSentEvents(body: AsyncIterable<Uint8Array>, options: SseOptions): AsyncGenerator<ServerSentEvent, undefined> {
  const { engine, doing, maxEventCharacters = 4 * 1024 * 1024 } = options;
  const decoder = createUtf8Decoder(options);
  const events: EventSourceMessage[] = [];
  let unfinished = "";
  let tooLarge = false;
  let endsInCr = false;
  const parser = createParser({
    maxBufferSize: maxEventCharacters,
    onEvent: (event) => void events.push(event),
    onError(error) {
      if (error.type === "max-buffer-size-exceeded") tooLarge = true;
      unfinished = "line";
    },
  });

  function feed(text: string): void {
    if (text !== "") {
      endsInCr = text.endsWith("\r");
      parser.feed(text);
    }
    if (tooLarge) throw new TTSError("PROTOCOL", `${doing}: an event is larger than ${maxEventCharacters} characters.`, { engine });
  }

  for await (const bytes of body) {
    feed(decoder.push(bytes));
    if (events.length > 0) yield* events.splice(0);
  }
  feed(decoder.end());
  // The parser holds back a last CR, since an LF may follow.
  if (endsInCr) feed("\n");
  yield* events.splice(0);
  unfinished = "";
  // What these two line ends complete was not complete.
  feed("\n\n");
  if (events.length === 0 && unfinished === "") return;
  throw new TTSError("TRUNCATED", `${doing}: the answer ended inside an event. What was delivered is real; try again.`, { engine });
}

/** UTF-8 that comes in pieces. */
export interface Utf8Decoder {
  push(bytes: Uint8Array): string;
  end(): string;
}

/** Decodes pieces of UTF-8; what is not UTF-8 is `PROTOCOL`, a character that is cut off at the end `TRUNCATED`. */
export function createUtf8Decoder({ engine, doing }: CallContext): Utf8Decoder {
  const decoder = new TextDecoder("utf-8", { fatal: true });
  return {
    push(bytes) {
      try {
        return decoder.decode(bytes, { stream: true });
      } catch {
        throw new TTSError("PROTOCOL", `${doing}: the answer is not UTF-8 text, which was expected.`, { engine });
      }
    },
    end() {
      try {
        return decoder.decode();
      } catch {
        throw new TTSError("TRUNCATED", `${doing}: the answer ended inside a character. What was delivered is real; try again.`, { engine });
      }
    },
  };
}
