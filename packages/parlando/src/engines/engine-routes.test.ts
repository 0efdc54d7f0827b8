import { TTSError, type Engine } from "@parlando/engine";
import { describe, expect, it } from "vitest";
import { createToneEngine, type ToneEngine } from "../testing/tone-engine.ts";
import { openEngines } from "./engine-routes.ts";
import type { RegistryEntry } from "./registry-entry.ts";

function entry(id: string, load: () => Promise<unknown>): RegistryEntry {
  return { id, package: `@example/${id}`, description: "", licence: "MIT", load };
}

function missing(): Promise<never> {
  return Promise.reject(Object.assign(new Error("Cannot find package"), { code: "ERR_MODULE_NOT_FOUND" }));
}

describe("openEngines", () => {
  it("gives options to the maker of a named engine and to the requests of one that was handed in", async () => {
    const given: unknown[] = [];
    const handedIn = createToneEngine({ id: "mine" });
    const registry = [entry("polly", async () => ({ createEngine: (options: unknown) => (given.push(options), createToneEngine({ id: "polly" })) }))];
    const { routes } = await openEngines({ engine: [{ engine: "polly", options: { region: "x" } }, { engine: handedIn, options: { style: "calm" } }] }, registry);
    expect(given).toEqual([{ region: "x" }]);
    expect(routes.map((route) => route.options)).toEqual([undefined, { style: "calm" }]);
    expect(routes[1]?.engine).toBe(handedIn);
  });

  it("gives the config's voice to the first engine and others of its name, its language to all", async () => {
    const [first, again, other, own] = [createToneEngine({ id: "a" }), createToneEngine({ id: "a" }), createToneEngine({ id: "b" }), createToneEngine({ id: "c" })];
    const { routes } = await openEngines(
      { engine: [first, again, other, { engine: own, voice: "C", language: "fr" }], voice: "A", language: "en", engineOptions: { x: 1 } },
      [],
    );
    expect(routes.map(({ voice, language, options }) => [voice, language, options])).toEqual([
      ["A", "en", { x: 1 }],
      ["A", "en", { x: 1 }],
      [undefined, "en", undefined],
      ["C", "fr", undefined],
    ]);
  });

  it("gives the config's address to the maker of the first engine, unless its options have one", async () => {
    const given: unknown[] = [];
    const note = (id: string) => entry(id, async () => ({ createEngine: (options: unknown) => (given.push([id, options]), createToneEngine({ id })) }));
    const registry = [note("remote"), note("polly")];
    await openEngines({ engine: "remote", url: "http://a.example" }, registry);
    await openEngines({ engine: [{ engine: "remote", options: { model: "m" } }, "polly", { engine: "remote", options: { url: "http://b.example" } }], url: "http://a.example" }, registry);
    expect(given).toEqual([
      ["remote", { url: "http://a.example" }],
      ["remote", { url: "http://a.example", model: "m" }],
      ["polly", undefined],
      ["remote", { url: "http://b.example" }],
    ]);
    await expect(openEngines({ engine: createToneEngine(), url: "http://a.example" }, [])).rejects.toMatchObject({ code: "INVALID_CONFIG" });
  });

  it("closes what it has made, and only that", async () => {
    const made: ToneEngine[] = [];
    const handedIn = createToneEngine();
    const registry = [entry("polly", async () => ({ createEngine: () => (made.push(createToneEngine()), made[0]) }))];
    const opened = await openEngines({ engine: ["polly", handedIn] }, registry);
    await opened.close();
    expect(made[0]?.closed()).toBe(1);
    expect(handedIn.closed()).toBe(0);
  });

  it("looks all names up before it loads anything, and names the nearest", async () => {
    let loads = 0;
    const registry = [entry("espeak", async () => ({ createEngine: () => (loads++, createToneEngine()) }))];
    await expect(openEngines({ engine: ["espeak", "espaek"] }, registry)).rejects.toMatchObject({
      code: "ENGINE_NOT_FOUND",
      message: expect.stringMatching(/"espaek"; did you mean "espeak"\? Known engines: espeak/) as string,
    });
    expect(loads).toBe(0);
  });

  it("says how to install a package that is missing, and closes the engines it had made", async () => {
    const made: ToneEngine[] = [];
    const registry = [entry("polly", async () => ({ createEngine: () => (made.push(createToneEngine()), made[0]) })), entry("espeak", missing)];
    await expect(openEngines({ engine: ["polly", "espeak"] }, registry)).rejects.toMatchObject({
      code: "ENGINE_UNAVAILABLE",
      message: expect.stringContaining("npm install @example/espeak") as string,
    });
    expect(made[0]?.closed()).toBe(1);
  });

  it.each<[string, () => Promise<unknown>, string]>([
    ["cannot be loaded", () => Promise.reject(new TypeError("bad syntax")), "reason: bad syntax"],
    ["exports no factory", async () => ({}), "exports no `createEngine`"],
    ["is no module", async () => undefined, "gave no module"],
    ["makes no engine", async () => ({ createEngine: () => 5 }), "5 is not an engine"],
    ["makes an engine of another contract", async () => ({ createEngine: () => ({ ...createToneEngine(), contract: "parlando/9" }) }), 'contract "parlando/9"'],
  ])("tells that a package %s", async (_, load, part) => {
    const error: unknown = await openEngines({ engine: "espeak" }, [entry("espeak", load)]).catch((reason: unknown) => reason);
    expect(TTSError.isInstance(error) && error.code).toBe("ENGINE_UNAVAILABLE");
    expect((error as Error).message).toContain(part);
  });

  it("passes on what the maker refuses", async () => {
    const refused = new TTSError("INVALID_CONFIG", "no such region");
    const createEngine = (): Engine => {
      throw refused;
    };
    await expect(openEngines({ engine: "polly" }, [entry("polly", async () => ({ createEngine }))])).rejects.toBe(refused);
  });
});
