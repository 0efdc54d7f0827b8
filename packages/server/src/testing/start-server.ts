import type { ScriptedEngine, ScriptedEngineOptions } from "@parlando/testkit";
import { createServer } from "../create-server.ts";
import type { LogRecord } from "../log/log-record.ts";
import type { ServerOptions } from "../server-options.ts";
import type { TTSServer } from "../server.ts";
import { servedScripted } from "./served-scripted.ts";

/** A server on a free port over one scripted engine. */
export interface StartedServer extends AsyncDisposable {
  readonly server: TTSServer;
  readonly url: string;
  readonly engine: ScriptedEngine;
  /** All that it has told, in order. */
  readonly records: readonly LogRecord[];
  /** Asks for speech as bare samples. */
  speak(body?: Readonly<Record<string, unknown>>, init?: { readonly headers?: Record<string, string>; readonly signal?: AbortSignal }): Promise<Response>;
}

/** Starts one. */
export async function startServer(options: ServerOptions = {}, script: ScriptedEngineOptions = {}): Promise<StartedServer> {
  const { tts, engine } = servedScripted(script);
  const records: LogRecord[] = [];
  const server = await createServer(tts, { log: (record) => records.push(record), ...options });
  const { url } = await server.listen();
  return {
    server,
    url,
    engine,
    records,
    speak: (body = {}, init = {}) =>
      fetch(`${url}/v1/audio/speech`, {
        method: "POST",
        headers: { "content-type": "application/json", ...init.headers },
        body: JSON.stringify({ input: "Hello, world.", response_format: "pcm", ...body }),
        ...(init.signal && { signal: init.signal }),
      }),
    [Symbol.asyncDispose]: () => server.close(),
  };
}

/** The code of a refusal in OpenAI's shape. */
export async function codeOf(response: Response): Promise<string> {
  const body = (await response.json()) as { error: { code: string } };
  return body.error.code;
}
