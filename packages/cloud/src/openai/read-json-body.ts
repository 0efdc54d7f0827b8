import { TTSError } from "@parlando/engine";
import type { HttpBody } from "../transport/http-types.ts";
import type { CallContext } from "../transport/call-context.ts";

/** More than any list of voices or models. */
const MOST_BYTES = 4 * 1024 * 1024;

/**
 * Reads a whole body as JSON; undefined for what is none.
 *
 * @throws TTSError `PROTOCOL` for more than 4 MiB; what the body throws.
 */
export async function readJsonBody(body: HttpBody, { engine, doing }: CallContext): Promise<unknown> {
  const decoder = new TextDecoder();
  let text = "";
  let byteLength = 0;
  for await (const bytes of body) {
    byteLength += bytes.length;
    if (byteLength > MOST_BYTES) throw new TTSError("PROTOCOL", `${doing}: the answer is larger than ${MOST_BYTES} bytes.`, { engine });
    text += decoder.decode(bytes, { stream: true });
  }
  try {
    return JSON.parse(text + decoder.decode()) as unknown;
  } catch {
    return undefined;
  }
}
