import { byteBlocks } from "../shared/byte-blocks.ts";
import type { FakeExchange } from "../shared/fake-exchange.ts";
import type { FakeFault } from "../shared/fake-fault.ts";
import { endRequest } from "../shared/fake-request.ts";
import { createFakeSpeech } from "../shared/fake-speech.ts";
import type { SocketHandshake } from "../shared/fake-socket-server.ts";
import { sendBody } from "../shared/send-body.ts";
import { wrongBodies } from "../shared/socket-requests.ts";
import { ssmlAttribute } from "../shared/ssml-check.ts";
import { plainText } from "../shared/ssml-text.ts";
import { azureFormat } from "./azure-formats.ts";
import type { AzureService } from "./azure-options.ts";

/** Answers what is no WebSocket: the list of voices, tokens, speech over REST. */
export async function answerAzure(exchange: FakeExchange, service: AzureService, issueToken: () => string): Promise<void> {
  const route = `${exchange.method} ${exchange.path}`;
  if (!isAllowed(exchange, service)) return answer(exchange, 401, "text/plain", "Access denied due to invalid subscription key or wrong API endpoint.");
  if (route === "GET /cognitiveservices/voices/list") return answer(exchange, 200, "application/json; charset=utf-8", JSON.stringify(service.voices));
  if (route === "POST /sts/v1.0/issueToken") return answer(exchange, 200, "application/jwt; charset=us-ascii", issueToken());
  if (route === "POST /cognitiveservices/v1") return speak(exchange, service);
  return answer(exchange, 404, "text/plain", "Resource not found");
}

/** Whether the key, or a token that the fake gave out, is right. The SDK sends the key in a header, browsers in the URL. */
export function isAllowed({ headers, query }: Pick<SocketHandshake, "headers" | "query">, { options, tokens }: AzureService): boolean {
  const authorization = headers.authorization ?? query.get("Authorization") ?? undefined;
  if (authorization !== undefined) return tokens.has(authorization.replace(/^Bearer /u, ""));
  const key = headers["ocp-apim-subscription-key"] ?? query.get("Ocp-Apim-Subscription-Key") ?? "";
  return options.key === undefined ? key !== "" : key === options.key;
}

async function speak(exchange: FakeExchange, service: AzureService): Promise<void> {
  const { headers, path, query, calledOff } = exchange;
  const ssml = Buffer.from(await exchange.body()).toString("utf8");
  const outputFormat = headers["x-microsoft-outputformat"];
  const { seen, fault } = service.requests.begin({ path, query, headers }, { text: ssml, voice: ssmlAttribute(ssml, "voice", "name"), parameters: { path, outputFormat } });
  const format = azureFormat(outputFormat);
  const instead = format === undefined ? { status: 400, type: "text/plain", body: "Unsupported output format" } : answerInstead(fault);
  if (format === undefined || instead !== undefined) {
    endRequest(seen, "failed");
    return answer(exchange, instead?.status ?? 400, instead?.type ?? "text/plain", instead?.body ?? "", instead?.headers);
  }
  const { options } = service;
  const speech = createFakeSpeech(plainText(ssml).text, { ...format, encoding: format.format === "pcm-s16le" ? options.encoding : "tones", msPerCharacter: options.msPerCharacter });
  const { blockMs = 100, raggedSeed, realTimeFactor, firstAudioMs } = options;
  exchange.response.writeHead(200, { "Content-Type": "audio/basic" });
  await sendBody(exchange, byteBlocks(speech, { blockMs, raggedSeed, realTimeFactor, firstAudioMs, signal: calledOff }), fault, seen);
}

interface Instead {
  status: number;
  type: string;
  body: string;
  headers?: Readonly<Record<string, string>> | undefined;
}

function answerInstead(fault: FakeFault | undefined): Instead | undefined {
  if (fault?.kind === "status") return { status: fault.status, type: "text/plain", body: fault.body ?? "", headers: fault.headers };
  if (fault?.kind === "wrong-body" && fault.content !== "sse-error") return { status: 200, ...wrongBodies[fault.content] };
  return undefined;
}

function answer({ response }: FakeExchange, status: number, type: string, body: string, headers: Readonly<Record<string, string>> = {}): void {
  response.writeHead(status, { "Content-Type": type, ...headers });
  response.end(body);
}
