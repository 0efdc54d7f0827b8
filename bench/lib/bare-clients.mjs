// What the cloud engines are measured beside: the least that a program without us would write. Each `speak` gives an async iterable of audio, in bytes.
// Where it takes no signal that the server would see, `canAbort` is false.

import { createHash, randomUUID } from "node:crypto";
import { Agent, request as httpRequest } from "node:http";
import { PollyClient, SynthesizeSpeechCommand } from "@aws-sdk/client-polly";
import { AudioConfig, PushAudioOutputStream, PushAudioOutputStreamCallback, SpeechConfig, SpeechSynthesisOutputFormat, SpeechSynthesizer } from "microsoft-cognitiveservices-speech-sdk";
import { WebSocket } from "ws";

const VOICE = "JBFqnCBsd6RMkjVDRZzb";

/** How a request for speech looks where it is plain HTTP. */
const requests = {
  openai: (url, text) => ({ url: `${url}/v1/audio/speech`, headers: { authorization: "Bearer k", "content-type": "application/json" }, body: JSON.stringify({ model: "gpt-4o-mini-tts", voice: "alloy", input: text, response_format: "pcm" }) }),
  elevenlabs: (url, text) => ({ url: `${url}/v1/text-to-speech/${VOICE}/stream?output_format=pcm_24000`, headers: { "xi-api-key": "k", "content-type": "application/json" }, body: JSON.stringify({ text, model_id: "eleven_flash_v2_5" }) }),
};

export function fetchClient(service, url) {
  return {
    async *speak(text, signal) {
      const { url: address, headers, body } = requests[service](url, text);
      yield* (await fetch(address, { method: "POST", headers, body, signal })).body;
    },
    close: async () => {},
  };
}

export function nodeClient(service, url) {
  const agent = new Agent({ keepAlive: true });
  return {
    async *speak(text, signal) {
      const { url: address, headers, body } = requests[service](url, text);
      yield* await new Promise((resolve, reject) => {
        const request = httpRequest(address, { method: "POST", agent, headers, signal }, resolve);
        request.on("error", reject);
        request.end(body);
      });
    },
    close: async () => agent.destroy(),
  };
}

export function pollyClient(url) {
  const client = new PollyClient({ region: "us-east-1", endpoint: url, credentials: { accessKeyId: "k", secretAccessKey: "s" }, requestHandler: { disableConcurrentStreams: false } });
  return {
    async *speak(text, signal) {
      const input = { Text: text, VoiceId: "Joanna", Engine: "neural", OutputFormat: "pcm", SampleRate: "16000" };
      yield* (await client.send(new SynthesizeSpeechCommand(input), { abortSignal: signal })).AudioStream;
    },
    close: async () => client.destroy(),
  };
}

/** Makes what is pushed into what is pulled. */
function pushed() {
  const held = [];
  let wake;
  let ended = false;
  const news = (change) => {
    change();
    wake?.();
  };
  return {
    push: (bytes) => news(() => held.push(bytes)),
    end: () => news(() => (ended = true)),
    async *[Symbol.asyncIterator]() {
      for (;;) {
        while (held.length > 0) yield held.shift();
        if (ended) return;
        await new Promise((resolve) => (wake = resolve));
      }
    },
  };
}

export function azureClient(url) {
  const config = SpeechConfig.fromHost(new URL(url), "k");
  config.speechSynthesisOutputFormat = SpeechSynthesisOutputFormat.Raw24Khz16BitMonoPcm;
  config.speechSynthesisVoiceName = "en-US-AvaMultilingualNeural";
  let audio = pushed();
  class Callback extends PushAudioOutputStreamCallback {
    write(bytes) {
      audio.push(new Uint8Array(bytes));
    }
    close() {}
  }
  const synthesizer = new SpeechSynthesizer(config, AudioConfig.fromStreamOutput(PushAudioOutputStream.create(new Callback())));
  return {
    speak(text) {
      const mine = (audio = pushed());
      synthesizer.speakTextAsync(text, () => mine.end(), () => mine.end());
      return mine;
    },
    canAbort: false,
    close: async () => synthesizer.close(),
  };
}

const EDGE_TOKEN = "6A5AA1D4EAFF4E9FB37E23D68491D6F4";
const EDGE_HEADERS = { Origin: "chrome-extension://jdiccldimpdaibmpdkjnbmckianbfold", "User-Agent": "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/143.0.0.0 Safari/537.36 Edg/143.0.0.0" };
const edgeConfig = { context: { synthesis: { audio: { metadataoptions: { sentenceBoundaryEnabled: "false", wordBoundaryEnabled: "false" }, outputFormat: "audio-24khz-48kbitrate-mono-mp3" } } } };
const hexadecimal = () => randomUUID().replaceAll("-", "");

function edgeAddress(url) {
  const ticks = ((BigInt(Math.floor(Date.now() / 1000)) + 11_644_473_600n) / 300n) * 300n * 10_000_000n;
  const token = createHash("sha256").update(`${ticks}${EDGE_TOKEN}`).digest("hex").toUpperCase();
  return `${url.replace("http", "ws")}/consumer/speech/synthesize/readaloud/edge/v1?TrustedClientToken=${EDGE_TOKEN}&Sec-MS-GEC=${token}&Sec-MS-GEC-Version=1-143.0.3650.75&ConnectionId=${hexadecimal()}`;
}

/** A socket for each turn, as the service wants it. Gives the MP3 as it comes. */
export function edgeClient(url) {
  return {
    async *speak(text, signal) {
      const socket = new WebSocket(edgeAddress(url), { headers: EDGE_HEADERS, perMessageDeflate: false });
      signal?.addEventListener("abort", () => socket.terminate());
      const audio = pushed();
      socket.on("message", (data, isBinary) => {
        if (isBinary) {
          const start = 2 + data.readUInt16BE(0);
          if (start < data.length) audio.push(data.subarray(start));
        } else if (data.includes("Path:turn.end")) audio.end();
      });
      await new Promise((resolve, reject) => socket.once("open", resolve).once("error", reject));
      socket.once("close", audio.end);
      const at = new Date().toString();
      socket.send(`X-Timestamp:${at}\r\nContent-Type:application/json; charset=utf-8\r\nPath:speech.config\r\n\r\n${JSON.stringify(edgeConfig)}\r\n`);
      const markup = `<speak version='1.0' xmlns='http://www.w3.org/2001/10/synthesis' xml:lang='en-US'><voice name='en-US-EmmaMultilingualNeural'><prosody pitch='+0Hz' rate='+0%' volume='+0%'>${text}</prosody></voice></speak>`;
      socket.send(`X-RequestId:${hexadecimal()}\r\nContent-Type:application/ssml+xml\r\nX-Timestamp:${at}Z\r\nPath:ssml\r\n\r\n${markup}`);
      yield* audio;
      socket.close();
    },
    close: async () => {},
  };
}

/** One `multi-stream-input` socket for all turns, a context for each. */
export function contextsClient(url) {
  const address = `${url.replace("http", "ws")}/v1/text-to-speech/${VOICE}/multi-stream-input?model_id=eleven_flash_v2_5&output_format=pcm_24000`;
  let socket;
  let turns = 0;
  const open = async () => {
    if (socket !== undefined) return socket;
    socket = new WebSocket(address, { headers: { "xi-api-key": "k" } });
    await new Promise((resolve, reject) => socket.once("open", resolve).once("error", reject));
    return socket;
  };
  return {
    async *speak(text) {
      const connection = await open();
      const contextId = `c${(turns += 1)}`;
      const audio = pushed();
      const read = (data) => {
        const message = JSON.parse(data);
        if (message.contextId !== contextId) return;
        if (message.audio) audio.push(Buffer.from(message.audio, "base64"));
        if (message.isFinal) audio.end();
      };
      connection.on("message", read);
      connection.send(JSON.stringify({ text: " ", context_id: contextId }));
      connection.send(JSON.stringify({ text: `${text} `, context_id: contextId, flush: true }));
      connection.send(JSON.stringify({ context_id: contextId, close_context: true }));
      yield* audio;
      connection.off("message", read);
    },
    canAbort: false,
    close: async () => socket?.close(),
  };
}
