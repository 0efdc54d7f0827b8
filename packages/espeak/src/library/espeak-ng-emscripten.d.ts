/** The library comes without types; what is used of it is described in `espeak-module.ts`. */
declare module "@echogarden/espeak-ng-emscripten" {
  const create: unknown;
  export default create;
}
