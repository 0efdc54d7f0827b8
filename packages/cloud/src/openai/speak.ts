import type { EngineEvent, SynthesisRequest } from "@parlando/engine";
import { throwIfCalledOff } from "../transport/call-context.ts";
import type { HttpClient } from "../transport/http-types.ts";
import type { OpenAISettings } from "./openai-settings.ts";
import { buildSpeechCall } from "./openai-wire.ts";
import { openSpeechBody } from "./speech-body.ts";
import { createSpeechStart } from "./speech-start.ts";

/** What speaking one request needs. */
export interface Speaking {
  readonly request: SynthesisRequest;
  readonly settings: OpenAISettings;
  readonly http: HttpClient;
  readonly signal: AbortSignal;
  /** Throws when the engine was closed. */
  checkOpen(doing: string): void;
}

/** Sends one request and gives its events. Leaving it ends the request. */
export async function* speak({ request, settings, http, signal, checkOpen }: Speaking): AsyncGenerator<EngineEvent, void, undefined> {
  const call = buildSpeechCall(request, settings);
  const { url, headers, body, context } = call;
  // What was read already must not be given out any more either, once it is not wanted.
  function check(): void {
    throwIfCalledOff(context, signal);
    checkOpen(context.doing);
  }
  const response = await http.open({ doing: context.doing, url, method: "POST", headers, body, signal });
  try {
    const speech = await openSpeechBody(response, call, settings.sseEnd);
    const start = createSpeechStart(call, response.headers);
    let byteLength = 0;
    let hasStarted = false;
    for await (const bytes of speech.audio) {
      check();
      byteLength += bytes.length;
      if (hasStarted) {
        yield { type: "audio", bytes };
        continue;
      }
      for (const event of start.push(bytes)) {
        check();
        hasStarted = true;
        yield event;
      }
    }
    for (const event of start.end(byteLength)) {
      check();
      yield event;
    }
    check();
    yield { type: "usage", characters: [...call.text].length, details: speech.usage() };
  } finally {
    response.body.cancel();
  }
}
