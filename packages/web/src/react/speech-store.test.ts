import type { SpeechStream } from "@parlando/core";
import { describe, expect, it } from "vitest";
import { SpeechStore } from "./speech-store.ts";

describe("SpeechStore", () => {
  it("tells, and does not throw into the handler of a click, where a page has no player", () => {
    const source = { createStream: (): SpeechStream => expect.fail("nothing is to be spoken") };
    const store = new SpeechStore({ source });
    let told = 0;
    store.subscribe(() => void (told += 1));
    store.speak("Good morning.");
    expect(store.state()).toMatchObject({ phase: "error", error: { code: "UNSUPPORTED" } });
    expect(told).toBe(1);
    store.stop();
    expect(store.recording()).toBeUndefined();
  });
});
