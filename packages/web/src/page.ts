/**
 * Where the demo page lies, for a server to serve.
 *
 * @packageDocumentation
 */

/** The `file:` address of the folder with the built page, with a slash at its end: `createServer(tts, { page: { folder: pageFolder } })`. */
export const pageFolder: string = new URL("./page/", import.meta.url).href;
