import { expect, it } from "vitest";
import { parseChunkRequest } from "./tts-chunk-messages.ts";

const parse = (value: unknown): unknown => parseChunkRequest(JSON.stringify(value));

it("takes null for what is not set, as over HTTP", () => {
  expect(parse({ event: "speak", data: { text: "a", voice: null, model: null, format: null } })).toEqual({ event: "speak", data: { text: "a", voice: undefined, model: undefined, format: undefined } });
  expect(parse({ event: "speak", data: { text: "a" } })).toEqual({ event: "speak", data: { text: "a" } });
  expect(parse({ event: "interrupt", data: null })).toEqual({ event: "interrupt" });
  expect(parse({ event: "interrupt" })).toEqual({ event: "interrupt" });
});

it.each([
  { event: "speak", data: { text: null } },
  { event: "speak", data: null },
  { event: "speak", data: { text: "a", voice: "" } },
  { event: "speak", data: { text: "a", more: null } },
  { event: null },
  null,
])("refuses %j", (value) => {
  expect(() => parse(value)).toThrow("it is not what was expected");
});
