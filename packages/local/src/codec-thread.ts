// The thread that decodes: started by `createCodecClient`, in the process that runs models.

import { parentPort } from "node:worker_threads";
import { importOnnxRuntime } from "./codec/import-onnx-runtime.ts";
import { createOnnxCodec } from "./codec/onnx-codec.ts";
import { serveCodec } from "./codec/serve-codec.ts";

const port = parentPort;
if (port !== null) {
  serveCodec(
    {
      post: (reply, transfer = []) => port.postMessage(reply, transfer),
      onRequest: (listener) => void port.on("message", listener),
      close: () => port.close(),
    },
    async ({ module, path, device, threads }, onDecoded) => createOnnxCodec({ runtime: await importOnnxRuntime(module), path, device, threads, onDecoded }),
  );
}
