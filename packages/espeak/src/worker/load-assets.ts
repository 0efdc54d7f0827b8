import type { CreateEspeakModule } from "../library/espeak-module.ts";
import { isNode } from "../platform.ts";

/** The library's code and its voice data, or why they are not there. */
export type EspeakAssets = { found: true; create: CreateEspeakModule; data: ArrayBuffer } | { found: false; message: string };

const dataFile = "espeak-ng.data";

/**
 * Loads both parts of the library: from the folder named, else from its package (in browsers a bundler puts them where
 * they are found).
 *
 * @param assetsUrl - A folder that holds `espeak-ng.js` and `espeak-ng.data`.
 */
export async function loadAssets(assetsUrl: string | undefined): Promise<EspeakAssets> {
  if (assetsUrl !== undefined) {
    const folder = assetsUrl.endsWith("/") ? assetsUrl : `${assetsUrl}/`;
    const script = new URL("espeak-ng.js", folder).href;
    const [library, data] = await Promise.all([
      import(/* @vite-ignore */ /* webpackIgnore: true */ script) as Promise<{ default: CreateEspeakModule }>,
      readBytes(new URL(dataFile, folder)),
    ]);
    return assets(library.default, data);
  }
  const [library, data] = await Promise.all([import("@echogarden/espeak-ng-emscripten"), readBytes(packagedData())]);
  return assets(library.default as CreateEspeakModule, data);
}

function assets(create: CreateEspeakModule, data: ArrayBuffer | string): EspeakAssets {
  return typeof data === "string" ? { found: false, message: data } : { found: true, create, data };
}

/** Bundlers replace the second form; Node finds the package by itself. */
function packagedData(): URL {
  if (isNode()) return new URL(dataFile, import.meta.resolve("@echogarden/espeak-ng-emscripten"));
  return new URL("@echogarden/espeak-ng-emscripten/espeak-ng.data", import.meta.url);
}

/** The bytes, or a message. */
async function readBytes(url: URL): Promise<ArrayBuffer | string> {
  if (url.protocol === "file:" && isNode()) {
    const { readFile } = process.getBuiltinModule("node:fs/promises");
    const bytes = await readFile(url);
    return exactBuffer(bytes);
  }
  const response = await fetch(url);
  return response.ok ? response.arrayBuffer() : `${url.href} was answered with status ${String(response.status)}`;
}

function exactBuffer(bytes: Uint8Array): ArrayBuffer {
  const { buffer, byteOffset, byteLength } = bytes;
  if (buffer instanceof ArrayBuffer && byteOffset === 0 && byteLength === buffer.byteLength) return buffer;
  const copy = new ArrayBuffer(byteLength);
  new Uint8Array(copy).set(bytes);
  return copy;
}
