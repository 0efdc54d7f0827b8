/** What is used of the library, which comes without types. Written from its source (0.3.5). */
declare module "@echogarden/espeak-ng-emscripten" {
  import type { CreateEspeakModule } from "./espeak-module.ts";

  const create: CreateEspeakModule;
  export default create;
}
