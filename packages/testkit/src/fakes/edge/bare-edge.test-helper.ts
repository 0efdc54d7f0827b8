import { openBareClient, type BareClient } from "../shared/bare-speech-client.test-helper.ts";
import type { FakeServer } from "../shared/fake-fault.ts";
import { edgeToken } from "./edge-token.ts";

/** Where the service is, below its address. */
export const readAloud = "/consumer/speech/synthesize/readaloud";

/** The same for all clients of the service. */
export const clientToken = "6A5AA1D4EAFF4E9FB37E23D68491D6F4";

/** The id of the turn that the helpers here begin. */
export const edgeTurn = "0123456789abcdef0123456789abcdef";

/** What a good handshake has. */
export function goodHandshake(atMs: number = Date.now()): { query: Record<string, string>; headers: Record<string, string> } {
  return {
    query: { TrustedClientToken: clientToken, "Sec-MS-GEC": edgeToken(atMs), "Sec-MS-GEC-Version": "1-143.0.3650.75", ConnectionId: edgeTurn },
    headers: { Origin: "chrome-extension://jdiccldimpdaibmpdkjnbmckianbfold", "User-Agent": "Mozilla/5.0 Chrome/143.0.0.0 Safari/537.36 Edg/143.0.0.0" },
  };
}

/** Opens a WebSocket to the fake Edge. */
export function openEdge(fake: FakeServer, { query, headers }: ReturnType<typeof goodHandshake> = goodHandshake()): Promise<BareClient> {
  return openBareClient(`${fake.url.replace("http", "ws")}${readAloud}/edge/v1?${new URLSearchParams(query).toString()}`, { headers });
}

/** SSML as the browser writes it. */
export function edgeSsml(text: string, voice = "Microsoft Server Speech Text to Speech Voice (en-US, AvaNeural)"): string {
  return `<speak version='1.0' xmlns='http://www.w3.org/2001/10/synthesis' xml:lang='en-US'><voice name='${voice}'><prosody pitch='+0Hz' rate='+0%' volume='+0%'>${text}</prosody></voice></speak>`;
}

/** Sends speech.config and a turn. */
export function sendEdgeTurn(client: BareClient, ssml: string, options: { format?: string; words?: boolean; sentences?: boolean } = {}): void {
  const { format = "audio-24khz-48kbitrate-mono-mp3", words = true, sentences = false } = options;
  const metadataoptions = { sentenceBoundaryEnabled: String(sentences), wordBoundaryEnabled: String(words) };
  client.send({ "Content-Type": "application/json; charset=utf-8", Path: "speech.config" }, JSON.stringify({ context: { synthesis: { audio: { metadataoptions, outputFormat: format } } } }));
  client.send({ "X-RequestId": edgeTurn, "Content-Type": "application/ssml+xml", Path: "ssml" }, ssml);
}
