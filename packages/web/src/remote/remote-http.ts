import { TTSError } from "@parlando/engine";
import { refusedError } from "./refused-error.ts";
import { bearer, type RemoteAccount } from "./remote-account.ts";
import { calledOff, remoteError } from "./remote-errors.ts";

/** What is asked for. */
export interface JsonRequest {
  /** What is being done, for errors. */
  readonly doing: string;
  /** From the server's address on: "/v1/models". */
  readonly path: string;
  readonly signal: AbortSignal;
  readonly timeoutMs: number;
  readonly fetch: typeof globalThis.fetch;
}

/** The longest answer that is read, in bytes: thousands of voices. */
const longestBytes = 8 * 1024 * 1024;

/**
 * Asks the server for JSON.
 *
 * @throws TTSError `CONNECTION`, `TIMEOUT`, `PROTOCOL` for what is no JSON, `ABORTED`, and what the server's status says.
 */
export async function getJson(account: RemoteAccount, { doing, path, signal, timeoutMs, fetch }: JsonRequest): Promise<unknown> {
  const url = account.address(doing) + path;
  const credential = await account.credential(doing, signal);
  const late = AbortSignal.timeout(timeoutMs);
  try {
    const response = await fetch(url, { headers: { accept: "application/json", ...bearer(credential) }, signal: AbortSignal.any([signal, late]), redirect: "error" });
    const body = await readText(response, doing);
    if (response.status !== 200) throw refusedError(doing, { status: response.status, retryAfter: response.headers.get("retry-after"), body });
    return parse(body, doing);
  } catch (error) {
    if (TTSError.isInstance(error)) throw error;
    if (signal.aborted) throw calledOff(doing, signal);
    if (late.aborted) throw remoteError("TIMEOUT", `${doing}: no answer came within ${timeoutMs / 1_000} s.`);
    throw remoteError("CONNECTION", `${doing}: there is no connection. Check the address, the network, that the server runs, and (from a page) that it lets this origin in.`, { cause: error });
  }
}

async function readText(response: Response, doing: string): Promise<string> {
  const decoder = new TextDecoder();
  let text = "";
  let length = 0;
  for await (const bytes of response.body ?? []) {
    length += bytes.length;
    if (length > longestBytes) throw remoteError("PROTOCOL", `${doing}: the answer is longer than ${longestBytes} bytes.`);
    text += decoder.decode(bytes, { stream: true });
  }
  return text + decoder.decode();
}

function parse(body: string, doing: string): unknown {
  try {
    return JSON.parse(body) as unknown;
  } catch {
    throw remoteError("PROTOCOL", `${doing}: the answer is not JSON. No Parlando server answers at this address; check the option \`url\`.`);
  }
}
