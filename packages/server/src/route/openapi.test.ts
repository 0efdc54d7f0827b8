import { describe, expect, it } from "vitest";
import { startServer } from "../testing/start-server.ts";
import { routeTable } from "./route-table.ts";

interface Operation {
  readonly operationId: string;
  readonly security: readonly object[];
  readonly responses: Readonly<Record<string, unknown>>;
  readonly requestBody?: { readonly content: Readonly<Record<string, { readonly schema: { readonly properties: object } }>> };
}

describe("the description", () => {
  it("has every route and WebSocket that is served", async () => {
    await using started = await startServer();
    const answer = await fetch(`${started.url}/openapi.json`);
    const document = (await answer.json()) as { openapi: string; paths: Record<string, Record<string, Operation>> };
    expect(document.openapi).toBe("3.1.0");
    const described = Object.values(document.paths).flatMap((methods) => Object.values(methods).map(({ operationId }) => operationId));
    // This server has no page.
    expect(described.sort()).toEqual(routeTable().map(({ name }) => name).filter((name) => !name.startsWith("page")).sort());
    expect(document.paths["/v1/models/{id}"]?.["get"]).toMatchObject({ parameters: [{ name: "id", in: "path", required: true }] });
    const speech = document.paths["/v1/audio/speech"]?.["post"];
    expect(Object.keys(speech?.requestBody?.content["application/json"]?.schema.properties ?? {})).toContain("response_format");
    expect(speech?.security).toEqual([{ bearer: [] }, { apiKey: [] }]);
  });

  it("says who may ask, and how a refusal reads", async () => {
    await using started = await startServer();
    const text = await (await fetch(`${started.url}/openapi.json`)).text();
    const document = JSON.parse(text) as { paths: Record<string, Record<string, Operation>>; components: { schemas: Record<string, { properties: object }> } };
    expect(document.paths["/stats"]?.["get"]?.security).toEqual([{}, { bearer: [] }, { apiKey: [] }]);
    expect(document.paths["/health/live"]?.["get"]?.security).toEqual([]);
    const refusal = (path: string): unknown => document.paths[path]?.["post"]?.responses["401"];
    expect(refusal("/v1/audio/speech")).toMatchObject({ content: { "application/json": { schema: { $ref: "#/components/schemas/Problem" } } } });
    expect(refusal("/synthesize")).toMatchObject({ content: { "application/json": { schema: { $ref: "#/components/schemas/Detail" } } } });
    expect(Object.keys(document.components.schemas["Problem"]?.properties ?? {})).toEqual(["error"]);
    for (const [, name] of text.matchAll(/"\$ref":"#\/components\/schemas\/(\w+)"/g)) expect(document.components.schemas).toHaveProperty(name ?? "");
  });

  it("is true: what it lists answers, and nothing else does", async () => {
    await using started = await startServer();
    for (const { method, path } of routeTable().filter((line) => line.method !== "WS" && !line.name.startsWith("page"))) {
      const { status } = await fetch(started.url + path.replace(":id", "default"), { method });
      expect([path, status === 404 || status === 405]).toEqual([path, false]);
    }
    expect((await fetch(`${started.url}/`)).status).toBe(404);
  });

  it("names every route once", () => {
    const names = routeTable().map(({ name }) => name);
    expect(new Set(names).size).toBe(names.length);
  });
});
