// In Node there is no page: what is rendered on a server must not look for one.

import { createSpeechStream } from "@parlando/core";
import { createScriptedEngine } from "@parlando/testkit";
import { createElement } from "react";
import { renderToString } from "react-dom/server";
import { expect, it } from "vitest";
import { Captions, DownloadLink, LevelMeter, SpeechButton, SpeechPlayer, useSpeech, Waveform } from "./index.ts";

const source = { createStream: (options = {}) => createSpeechStream({ engines: [{ engine: createScriptedEngine() }] }, options) };

it("renders on a server, in silence, with the text", () => {
  expect("AudioContext" in globalThis).toBe(false);
  const html = renderToString(createElement(SpeechPlayer, { source, text: "Ships <b>before</b> noon.", label: "Harbour", lang: "en" }));
  expect(html).toContain('aria-label="Harbour"');
  expect(html).toContain("&lt;b&gt;before&lt;/b&gt;");
  expect(html).toContain(">Play</button>");
  expect(renderToString(createElement(SpeechButton, { source, text: "Hello." }, "Listen"))).toContain(">Listen</button>");
});

it("renders the parts alone", () => {
  function Parts() {
    const speech = useSpeech({ source });
    expect(speech).toMatchObject({ phase: "idle", text: "", error: undefined });
    expect(speech.recording()).toBeUndefined();
    expect(speech.peaks).toHaveLength(0);
    return createElement("div", null, createElement(Captions, { speech, placeholder: "Nothing yet." }), createElement(Waveform, { speech }), createElement(LevelMeter, { speech }), createElement(DownloadLink, { speech }));
  }
  expect(renderToString(createElement(Parts))).toContain("Nothing yet.");
});
