import { readdir, readFile } from "node:fs/promises";
import { extname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { TTSError } from "@parlando/engine";

/** One file of the page. */
export interface PageFile {
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly type: string;
}

/** The page, read once. Requests are answered from here: none of their words ever becomes a path. */
export interface PageFiles {
  readonly index: PageFile;
  /** By their names in the folder `assets`. */
  readonly assets: ReadonlyMap<string, PageFile>;
}

const types: Readonly<Record<string, string>> = {
  ".html": "text/html; charset=utf-8",
  ".css": "text/css; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".map": "application/json",
  ".json": "application/json",
  ".svg": "image/svg+xml",
  ".png": "image/png",
  ".woff2": "font/woff2",
  ".wav": "audio/wav",
};

/** A page is a few files; a folder with more is a mistake that would be held in memory. */
const most = { files: 200, bytes: 16_000_000 } as const;

/**
 * Reads `index.html` and the files of `assets`. Links and files of other kinds are left out. `folder` is a path, or a `file:` address.
 *
 * @throws TTSError `INVALID_CONFIG` where there is no such page, or it is no page.
 */
export async function readPage(folder: string): Promise<PageFiles> {
  try {
    const path = folder.startsWith("file:") ? fileURLToPath(folder) : folder;
    const index = await readOne(join(path, "index.html"));
    const entries = await readdir(join(path, "assets"), { withFileTypes: true }).catch((error: unknown) => {
      if (error instanceof Error && "code" in error && error.code === "ENOENT") return [];
      throw error;
    });
    const names = entries.filter((entry) => entry.isFile() && Object.hasOwn(types, extname(entry.name))).map((entry) => entry.name);
    if (names.length > most.files) throw new TTSError("INVALID_CONFIG", `The page's folder has ${names.length} files in assets; a page has at most ${most.files}.`);
    const assets = new Map<string, PageFile>();
    let bytes = index.bytes.byteLength;
    for (const name of names) {
      const file = await readOne(join(path, "assets", name));
      bytes += file.bytes.byteLength;
      if (bytes > most.bytes) throw new TTSError("INVALID_CONFIG", `The page is larger than the ${most.bytes} bytes that are held in memory for it.`);
      assets.set(name, file);
    }
    return { index, assets };
  } catch (error) {
    if (TTSError.isInstance(error)) throw error;
    throw new TTSError("INVALID_CONFIG", "The server's page cannot be read: its folder needs an index.html. Give `pageFolder` of @parlando/web/page, or leave `page` out.", { cause: error });
  }
}

async function readOne(path: string): Promise<PageFile> {
  return { bytes: new Uint8Array(await readFile(path)), type: types[extname(path)] ?? "application/octet-stream" };
}
