import type { Voice } from "@parlando/engine";
import { createFakeClock, createScriptedEngine } from "@parlando/testkit";
import { describe, expect, it } from "vitest";
import { chooseVoice } from "./choose-voice.ts";
import { StreamRoutes } from "./route-list.ts";

const voice = (id: string, languages: readonly string[], gender: Voice["gender"]): Voice => ({ id, name: id, engine: "other", languages, gender });
const voices = [voice("de-f", ["de-DE"], "female"), voice("us-m", ["en-US"], "male"), voice("gb-f", ["en-GB"], "female"), voice("us-f", ["en_us"], "female"), voice("many", ["fr-FR", "en-US"], "neutral")];

describe("chooseVoice", () => {
  it.each([
    [{ language: "en-US", gender: "female" }, "us-f"],
    [{ language: "en-US", gender: "male" }, "us-m"],
    [{ language: "en-GB", gender: "male" }, "gb-f"],
    [{ language: "de", gender: "male" }, "de-f"],
    [{ language: "fr", gender: undefined }, "many"],
    [{ language: "ar", gender: "female" }, undefined],
    [{ language: undefined, gender: "female" }, undefined],
  ] as const)("%o: %s", (wishes, expected) => {
    expect(chooseVoice(voices, wishes)?.id).toBe(expected);
  });
});

describe("a route that goes on for another", () => {
  const engines = (others: { voices?: readonly Voice[]; deaf?: boolean }, clock = createFakeClock()) => {
    const first = createScriptedEngine({ clock, id: "first", voices: [voice("ava", ["en-US"], "female")] });
    const second = createScriptedEngine({ clock, id: "second", voices: others.voices ?? voices });
    const engine = others.deaf === true ? Object.assign(Object.create(second) as typeof second, { voices: () => new Promise<never>(() => undefined) }) : second;
    return { clock, routes: [{ engine: first, voice: "ava" }, { engine }] };
  };

  it("gets the voice that is most like the first one", async () => {
    const { clock, routes } = engines({});
    const list = new StreamRoutes(routes, clock, {});
    await clock.runUntil(list.prepare(list.routes[1]!, new AbortController().signal));
    expect(list.routes[1]?.voice).toBe("us-f");
  });

  it("keeps the one that config names, and does not wait long for a list", async () => {
    const named = engines({});
    const list = new StreamRoutes([named.routes[0]!, { ...named.routes[1]!, voice: "own" }], named.clock, { language: "de" });
    await named.clock.runUntil(list.prepare(list.routes[1]!, new AbortController().signal));
    expect(list.routes[1]?.voice).toBe("own");
    const deaf = engines({ deaf: true });
    const other = new StreamRoutes(deaf.routes, deaf.clock, { language: "de" });
    await deaf.clock.runUntil(other.prepare(other.routes[1]!, new AbortController().signal));
    expect(other.routes[1]?.voice).toBeUndefined();
    expect(deaf.clock.now()).toBe(1_500);
    expect(deaf.clock.pending).toBe(0);
  });
});
