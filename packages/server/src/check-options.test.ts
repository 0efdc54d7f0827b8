import { describe, expect, it } from "vitest";
import { createServer } from "./create-server.ts";
import { servedScripted } from "./testing/served-scripted.ts";

/** Options as they come from a file, where no compiler looks. */
const make = async (options: object): Promise<void> => {
  await using server = await createServer(servedScripted().tts, options);
  expect(server).toBeDefined();
};

describe("options of the server", () => {
  it.each<[object, string]>([
    [{ hosts: ["https://speech.example.org"] }, "is no name of a host"],
    [{ hosts: "speech.example.org" }, "hosts has to be a list of strings; given is a string"],
    [{ hosts: [5] }, "hosts has to be a list of strings"],
    [{ hosts: null }, "given is null"],
    [{ origins: "https://app.example.org" }, "origins has to be a list of strings"],
    [{ origins: [undefined] }, "origins has to be a list of strings"],
    [{ publicRoutes: "voices" }, "publicRoutes has to be a list of strings"],
    [{ publicRoutes: [{}] }, "publicRoutes has to be a list of strings"],
    [{ voiceAliases: { alloy: 5 } }, "voiceAliases has to be names"],
    [{ voiceAliases: { alloy: "" } }, "voiceAliases has to be names"],
    [{ voiceAliases: ["en-us"] }, "voiceAliases has to be names"],
    [{ voiceAliases: { "a/b": "en-us" } }, "No request can name a voice"],
    [{ modelAliases: { "tts-1": 5 } }, "modelAliases has to be names"],
    [{ modelAliases: { "tts-1": "none" } }, "is not served"],
    [{ ssml: "true" }, "ssml has to be true or false; given is a string"],
    [{ insecure: 1 }, "insecure has to be true or false"],
    [{ limits: 5 }, "limits has to be limits by their names"],
    [{ page: "folder" }, "page has to be { folder }"],
    [{ page: { folder: 5 } }, "page has to be { folder }"],
    [{ log: "stdout" }, "log has to be a function"],
    [{ ticketSecret: 5 }, "ticketSecret has to be a string"],
  ])("%j is refused", async (options, message) => {
    await expect(make(options)).rejects.toMatchObject({ name: "TTSError", code: "INVALID_CONFIG", message: expect.stringContaining(message) as string });
  });

  it("that are wrong are told without what may be a key", async () => {
    for (const options of [{ keys: "canary-key-of-somebody" }, { ticketSecret: { of: "canary" } }, { keys: [{ of: "canary" }] }]) {
      await expect(make(options)).rejects.toMatchObject({ code: "INVALID_CONFIG", message: expect.not.stringContaining("canary") as string });
    }
  });

  it("that are as they are to be are taken, and undefined is none", async () => {
    await make({ hosts: ["speech.example.org:8443", "::1"], origins: ["https://app.example.org"], keys: ["a-key-of-somebody"], publicRoutes: ["voices"], voiceAliases: { alloy: "en-us" }, modelAliases: { "tts-1": "default", default: "default" }, ssml: true, insecure: false, limits: {} });
    await make(Object.fromEntries(["hosts", "origins", "keys", "publicRoutes", "voiceAliases", "modelAliases", "ssml", "insecure", "limits", "page", "log", "ticketSecret"].map((name) => [name, undefined])));
  });

  it("may not give the name of a model to another", async () => {
    const { tts } = servedScripted();
    await expect(createServer({ fast: tts, fine: { ...tts } }, { modelAliases: { fine: "fast" } })).rejects.toMatchObject({ code: "INVALID_CONFIG", message: expect.stringContaining('The alias "fine"') as string });
  });
});
