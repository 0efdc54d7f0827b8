import type { Mark, SynthesisRequest } from "@parlando/engine";
import { describe, expect, it } from "vitest";
import { capabilitiesFor, capabilitiesOfVoice } from "./azure-capabilities.ts";
import { errorFromDetails } from "./azure-errors.ts";
import { readSettings } from "./azure-settings.ts";
import { buildCall, buildStreamCall } from "./azure-wire.ts";
import { createMarkWriter } from "./mark-writer.ts";
import { requestFor } from "./reading.test-helper.ts";
import { plainSpokenText, readSpokenText, type SpokenText } from "./spoken-text.ts";

const { settings } = readSettings({ key: "k", region: "westeurope" });

function bodyOf(text: string, change: Partial<SynthesisRequest> = {}): string {
  const { ssml } = buildCall(requestFor(text, change), settings);
  return /<voice [^<>]*>(.*)<\/voice><\/speak>$/su.exec(ssml)?.[1] ?? "";
}

describe("SSML", () => {
  it("escapes plain text, and keeps what XML has no place for out", () => {
    expect(bodyOf("Tom & <b>Jerry</b> \"say\" 'hi'")).toBe("Tom &amp; &lt;b&gt;Jerry&lt;/b&gt; \"say\" 'hi'");
    expect(bodyOf("a\u0000b\ud83dc😀")).toBe("a b c😀");
  });

  it("names voice and language", () => {
    expect(buildCall(requestFor("x"), settings).ssml).toMatch(/^<speak version="1.0" [^<>]*xml:lang="en-US"><voice name="en-US-AvaMultilingualNeural">x<\/voice><\/speak>$/u);
    expect(buildCall(requestFor("x", { voice: 'de-DE-"Katja' }), settings).ssml).toContain('xml:lang="de-DE"><voice name="de-DE-&quot;Katja">');
    expect(bodyOf("x", { language: "fr-FR" })).toBe('<lang xml:lang="fr-FR">x</lang>');
    expect(bodyOf("x", { language: "en" })).toBe("x");
    expect(bodyOf("x", { language: "fr-FR", voice: "en-US-GuyNeural" })).toBe("x");
  });

  it("writes prosody as the service takes it, and warns of what it cuts", () => {
    expect(bodyOf("x", { rate: 0.75, pitch: -2.5, volume: 0.5 })).toBe('<prosody rate="-25%" pitch="-2.5st" volume="50">x</prosody>');
    const { ssml, warnings } = buildCall(requestFor("x", { rate: 9, pitch: 20, volume: 3 }), settings);
    expect(ssml).toContain('<prosody rate="+100%" pitch="+7st">');
    expect(warnings.map((warning) => warning.type === "warning" && warning.code)).toEqual(["OPTION_CLAMPED", "OPTION_CLAMPED", "OPTION_CLAMPED"]);
    expect(() => buildCall(requestFor("x", { rate: Number.NaN }), settings)).toThrow(expect.objectContaining({ code: "INVALID_INPUT" }) as Error);
  });

  it("takes the inside of a document, and gives bookmarks the vendor's name", () => {
    expect(bodyOf('<?xml version="1.0"?><speak xml:lang="en-US">A <mark name="a&amp;b"/>b<mark name=\'c\'></mark><break time="1s"/></speak>', { ssml: true })).toBe('A <bookmark mark="a&amp;b"/>b<bookmark mark="c"/><break time="1s"/>');
    expect(bodyOf("no <s>root</s>", { ssml: true })).toBe("no <s>root</s>");
    expect(bodyOf("<speak>x</speak>", { ssml: true, rate: 2 })).toBe('<prosody rate="+100%">x</prosody>');
  });

  it("carries options", () => {
    const engineOptions = { style: "chat", role: "Girl", lexicon: "https://host/a.xml", effect: "eq_car" };
    expect(bodyOf("x", { engineOptions })).toBe('<lexicon uri="https://host/a.xml"/><mstts:express-as style="chat" role="Girl">x</mstts:express-as>');
    expect(buildCall(requestFor("x", { engineOptions }), settings).ssml).toContain(' effect="eq_car"');
  });
});

describe("text in pieces", () => {
  it("puts options into the words of version 2", () => {
    const { text: _, ...request } = requestFor("");
    expect(buildStreamCall({ ...request, rate: 1.1, engineOptions: { style: "chat", temperature: 0.5 }, voice: "de-DE-KatjaNeural" }, settings)).toMatchObject({ voice: "de-DE-KatjaNeural", language: "de-DE", input: { rate: "+10%", style: "chat", temperature: 0.5 } });
    expect(() => buildStreamCall({ ...request, ssml: true }, settings)).toThrow(expect.objectContaining({ code: "UNSUPPORTED" }) as Error);
    expect(() => buildStreamCall({ ...request, voice: "en-US-AlloyTurboMultilingualNeural" }, settings)).toThrow(expect.objectContaining({ code: "UNSUPPORTED" }) as Error);
  });

  it("is claimed only where it was asked for, and not for voices of OpenAI", () => {
    expect(capabilitiesFor({}).input).toEqual(["segment"]);
    const capabilities = capabilitiesFor({ textStreaming: true });
    expect(capabilities.input).toEqual(["segment", "incremental"]);
    expect(capabilitiesOfVoice(capabilities, "en-US-NovaTurboMultilingualNeural").input).toEqual(["segment"]);
    expect(capabilitiesOfVoice(capabilities, "en-US-AvaNeural").input).toEqual(["segment", "incremental"]);
    expect(capabilitiesOfVoice(capabilities, "en-US-GuyNeural").ssml).toContain("emphasis");
  });
});

describe("addresses", () => {
  it.each([
    [{ region: "westeurope" }, "https://westeurope.tts.speech.microsoft.com"],
    [{ region: "ChinaEast2" }, "https://chinaeast2.tts.speech.azure.cn"],
    [{ region: "usgovvirginia" }, "https://usgovvirginia.tts.speech.azure.us"],
    [{ region: "eastus", deploymentId: "d" }, "https://eastus.voice.speech.microsoft.com"],
    [{ endpoint: "https://eastus.api.cognitive.microsoft.com/" }, "https://eastus.tts.speech.microsoft.com"],
    [{ endpoint: "wss://mine.cognitiveservices.azure.com/tts/cognitiveservices/websocket/v1" }, "https://mine.cognitiveservices.azure.com"],
    [{ endpoint: "http://127.0.0.1:5000" }, "http://127.0.0.1:5000"],
  ])("%j", (options, origin) => {
    expect(readSettings({ key: "k", ...options }).settings.origin).toBe(origin);
  });
});

describe("errors", () => {
  const context = { engine: "azure", doing: "Testing" };
  const codeOf = (details: string): string => errorFromDetails({ ...context, ...{ errors: undefined } }, "somewhere", details).code;
  it("are read from the SDK's words, of which nothing is shown", () => {
    const details = "Unable to contact server. StatusCode: 1006,\n undefined Reason:  Unexpected server response: 503";
    expect(errorFromDetails(context, "somewhere", details)).toMatchObject({ code: "SERVICE", retryable: true });
    expect(codeOf("Unable to contact server. StatusCode: 1006, undefined Reason:  getaddrinfo ENOTFOUND host?Ocp-Apim-Subscription-Key=secret")).toBe("CONNECTION");
    expect(errorFromDetails(context, "somewhere", "getaddrinfo ENOTFOUND host?Ocp-Apim-Subscription-Key=secret").message).not.toContain("secret");
    expect(codeOf(" websocket error code: 1006")).toBe("CONNECTION");
    expect(codeOf(" websocket error code: 1000")).toBe("TRUNCATED");
    expect(codeOf("anything else")).toBe("CONNECTION");
  });
});

type Told = readonly [text: string, ms: number, lastsMs?: number];

function wordsOf(spoken: SpokenText, told: readonly Told[]): readonly Mark[] {
  const writer = createMarkWriter({ spoken, marks: new Set(["word", "sentence"]) });
  const marks = told.flatMap(([text, ms, lastsMs = 100]) => writer.boundary({ text, audioOffset: ms * 10_000, duration: lastsMs * 10_000, boundaryType: "WordBoundary" }));
  return [...marks, ...writer.end()];
}

describe("places of words", () => {
  it("are found in order, the same word again further on", () => {
    const text = "to be or not to be";
    expect(wordsOf(plainSpokenText(text), [["to", 0], ["be", 1], ["or", 2], ["not", 3], ["to", 4], ["be", 5]]).map(({ textStart }) => textStart)).toEqual([0, 3, 6, 9, 13, 16]);
  });

  it("stand alone: no word is found inside another", () => {
    expect(wordsOf(plainSpokenText("cart a art"), [["a", 0], ["art", 1]]).map(({ textStart }) => textStart)).toEqual([5, 7]);
    expect(wordsOf(plainSpokenText("我们的书"), [["我们", 0], ["的", 1], ["书", 2]]).map(({ textStart }) => textStart)).toEqual([0, 2, 3]);
  });

  it("of a word that is spoken otherwise are what lies between its neighbours", () => {
    const marks = wordsOf(plainSpokenText("I owe $25, now."), [["I", 0], ["owe", 100], ["twenty", 200], ["five", 300], ["dollars", 400, 250], ["now", 700]]);
    expect(marks.map(({ value, timeMs, durationMs }) => [value, timeMs, durationMs])).toEqual([["I", 0, 100], ["owe", 100, 100], ["25", 200, 450], ["now", 700, 100]]);
    expect(wordsOf(plainSpokenText("Room 12"), [["Room", 0], ["twelve", 100]]).map(({ value }) => value)).toEqual(["Room", "12"]);
  });

  it("do not run away from one word that is not there", () => {
    const text = `He said x. ${"Much more is said here. ".repeat(20)}It is a test.`;
    expect(wordsOf(plainSpokenText(text), [["He", 0], ["says", 1], ["it", 2], ["Much", 3]]).map(({ value, textStart }) => [value, textStart])).toEqual([["He", 0], ["said x", 3], ["Much", 11]]);
  });

  it("pass over a long stretch that nobody speaks", () => {
    const text = `One ${"- ".repeat(100)}another`;
    expect(wordsOf(plainSpokenText(text), [["One", 0], ["another", 1]]).map(({ value }) => value)).toEqual(["One", "another"]);
  });

  it("are escaped by the service, or not", () => {
    expect(wordsOf(plainSpokenText("R&D pays"), [["R&amp;D", 0], ["pays", 1]]).map(({ value, textStart }) => [value, textStart])).toEqual([["R&D", 0], ["pays", 4]]);
  });

  it("lie in the document where text is SSML", () => {
    const ssml = '<speak><p>R&amp;D</p><p>name="pays"<mark name="m"/> <emphasis>w&#101;ll</emphasis></p></speak>';
    const spoken = readSpokenText(ssml);
    expect(spoken.bookmarks).toEqual([{ name: "m", start: ssml.indexOf("<mark"), end: ssml.indexOf("/>") + 2 }]);
    const marks = wordsOf(spoken, [["R&D", 0], ["pays", 1], ["well", 2]]);
    expect(marks.map(({ textStart, textEnd }) => ssml.slice(textStart, textEnd))).toEqual(["R&amp;D", "pays", "w&#101;ll"]);
  });
});
