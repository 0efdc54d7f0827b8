// What the cloud engines are measured beside: the least that a program without us would write. Each `speak` gives an async iterable of audio, in bytes.

import { Agent, request as httpRequest } from "node:http";
import { PollyClient, SynthesizeSpeechCommand } from "@aws-sdk/client-polly";
import { AudioConfig, PushAudioOutputStream, PushAudioOutputStreamCallback, SpeechConfig, SpeechSynthesisOutputFormat, SpeechSynthesizer } from "microsoft-cognitiveservices-speech-sdk";
import { WebSocket } from "ws";

export const VOICE = "JBFqnCBsd6RMkjVDRZzb";

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
    close: async () => synthesizer.close(),
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
    close: async () => socket?.close(),
  };
}
