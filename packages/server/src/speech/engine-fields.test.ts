import { createScriptedEngine } from "@parlando/testkit";
import { describe, expect, it } from "vitest";
import { engineOptionsOf } from "./engine-fields.ts";

const engineWith = (...requestOptions: readonly string[]): ReturnType<typeof createScriptedEngine> => createScriptedEngine({ capabilities: { requestOptions } });

describe("options of requests", () => {
  it("are what every engine has", () => {
    const { engineOptions, warnings } = engineOptionsOf({ temperature: 1, seed: 2, left: undefined }, [engineWith("temperature", "seed"), engineWith("temperature")]);
    expect(engineOptions).toEqual({ temperature: 1 });
    expect(warnings.map(({ message }) => message)).toEqual([expect.stringContaining('"seed"')]);
  });

  it("are not set by null", () => {
    expect(engineOptionsOf({ temperature: null, seed: null }, [engineWith("temperature")])).toEqual({ engineOptions: undefined, warnings: [] });
  });

  it("go by the engines' names", () => {
    expect(engineOptionsOf({ chunk_size: 50 }, [engineWith("chunkCodes")]).engineOptions).toEqual({ chunkCodes: 50 });
    expect(engineOptionsOf({ chunk_size: 50 }, [engineWith("chunkCodes", "chunkSize")]).engineOptions).toEqual({ chunkSize: 50 });
  });

  it("are never names of prototypes", () => {
    const fields = JSON.parse('{ "__proto__": { "x": 1 }, "constructor": 1 }') as Record<string, unknown>;
    const { engineOptions, warnings } = engineOptionsOf(fields, [engineWith("temperature")]);
    expect(engineOptions).toBeUndefined();
    expect(warnings.length).toBe(2);
    expect(({} as Record<string, unknown>)["x"]).toBeUndefined();
  });

  it("are nothing where no engine tells of any", () => {
    expect(engineOptionsOf({}, [createScriptedEngine()])).toEqual({ engineOptions: undefined, warnings: [] });
  });
});
