import { TTSError } from "@parlando/engine";
import type { CallContext } from "./call-context.ts";
import { createUtf8Decoder } from "./sse-reader.ts";

/** How lines of JSON are read. */
export interface NdjsonOptions extends CallContext {
  /** The longest line, in characters. Default 4 Mi. */
  maxLineCharacters?: number | undefined;
}

/**
 * The values of a body with one JSON value a line, as the lines are complete; the last line may lack its end. Empty lines are passed over.
 * Leaving the loop early ends the request.
 *
 * @throws TTSError `TRUNCATED` for a last line that is cut off; `PROTOCOL` for a line that is not JSON or too long; what the body throws.
 */
export async function* readJsonLines(body: AsyncIterable<Uint8Array>, options: NdjsonOptions): AsyncGenerator<unknown, undefined> {
  const { engine, doing, maxLineCharacters = 4 * 1024 * 1024 } = options;
  const decoder = createUtf8Decoder(options);
  let parts: string[] = [];
  let length = 0;

  function hold(text: string): void {
    length += text.length;
    if (length > maxLineCharacters) throw new TTSError("PROTOCOL", `${doing}: a line is longer than ${maxLineCharacters} characters.`, { engine });
    if (text !== "") parts.push(text);
  }

  function takeLine(): string {
    const line = parts.join("").trim();
    parts = [];
    length = 0;
    return line;
  }

  for await (const bytes of body) {
    const lines = decoder.push(bytes).split("\n");
    const unfinished = lines.pop() ?? "";
    for (const text of lines) {
      hold(text);
      const line = takeLine();
      if (line !== "") yield parseLine(line, options);
    }
    hold(unfinished);
  }
  hold(decoder.end());
  const line = takeLine();
  if (line !== "") yield parseLine(line, options, "TRUNCATED");
}

/** The parser's own error would quote the line. */
function parseLine(line: string, { engine, doing }: CallContext, code: "PROTOCOL" | "TRUNCATED" = "PROTOCOL"): unknown {
  try {
    return JSON.parse(line) as unknown;
  } catch {
    const what = code === "TRUNCATED" ? "the answer ended inside a line. What was delivered is real; try again." : "a line is not JSON, which was expected.";
    throw new TTSError(code, `${doing}: ${what}`, { engine });
  }
}
