// What the snippets of the docs take for granted. `tools/check-snippets.mjs` checks their types against it.

import type { createTTS as create, Engine, SpeechStream, TTS } from "parlando";

declare global {
  const createTTS: typeof create;
  const tts: TTS;
  const stream: SpeechStream;
  const myEngine: Engine;
  const createMyEngine: (options: { url: string; key: string }) => Engine;
  const languageModel: AsyncIterable<string>;
  const client: {
    send(bytes: Uint8Array): Promise<void>;
    on(event: string, listener: (frame: number) => void): void;
    remember(turn: { assistant: string }): void;
  };
  function highlight(textStart: number, textEnd: number): void;
}
