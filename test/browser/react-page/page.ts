// One page with the parts as an app has them, in StrictMode, over an engine that speaks by script.

import { createSpeechStream } from "@parlando/core";
import { createScriptedEngine } from "@parlando/testkit";
import type { SpeechSource } from "@parlando/web";
import { SpeechButton, SpeechPlayer } from "@parlando/web/react";
import { createElement, StrictMode, useEffect } from "react";
import { createRoot } from "react-dom/client";
import { base64Of } from "../page/base64.ts";

const query = new URLSearchParams(location.search);
const text = query.get("text") ?? "one two three.";
const engine = createScriptedEngine({
  msPerCharacter: Number(query.get("pace") ?? 40),
  startMs: 50,
  realTimeFactor: Number(query.get("factor") ?? 0.2),
  ...(query.has("fail") ? { fault: { kind: "error", code: "SERVICE" } as const } : {}),
});
let streams = 0;
let contexts = 0;
let frames = 0;
const source: SpeechSource = {
  createStream(options) {
    streams += 1;
    return createSpeechStream({ engines: [{ engine }] }, options);
  },
};

globalThis.AudioContext = class extends AudioContext {
  constructor(options?: AudioContextOptions) {
    contexts += 1;
    super(options);
  }
};
const nextFrame = globalThis.requestAnimationFrame.bind(globalThis);
globalThis.requestAnimationFrame = (draw) => {
  frames += 1;
  return nextFrame(draw);
};

let mounts = 0;
/** StrictMode mounts everything twice, where React is the one for development. */
function Mounted(): null {
  useEffect(() => {
    mounts += 1;
  }, []);
  return null;
}

const root = createRoot(document.getElementById("place")!);
const phases: string[] = [];
const lit: string[] = [];
new MutationObserver(() => {
  const phase = document.querySelector(".parlando-player")?.getAttribute("data-phase") ?? "gone";
  if (phases.at(-1) !== phase) phases.push(phase);
  const now = document.querySelector('[data-heard="now"]')?.textContent ?? "";
  if (now !== "" && lit.at(-1) !== now) lit.push(now);
}).observe(document, { subtree: true, childList: true, attributes: true, characterData: true });

async function recorded(): Promise<string> {
  const address = document.querySelector<HTMLAnchorElement>("a[download]")!.href;
  return base64Of([new Uint8Array(await (await fetch(address)).arrayBuffer())]);
}

const render = (isThere: boolean): void => {
  root.render(createElement(StrictMode, null, isThere ? [createElement(Mounted, { key: 0 }), createElement(SpeechPlayer, { key: 1, source, text, lang: "en", fileName: "words.wav" }), createElement(SpeechButton, { key: 2, source, text }, "Listen")] : null));
};
render(true);

Object.assign(globalThis, {
  parlando: {
    recorded,
    leave: () => render(false),
    numbers: () => ({ mounts, streams, contexts, frames, phases, lit, states: engine.requests.map(({ state }) => state) }),
  },
});
