/**
 * What of the pipeline needs Node: sinks that write files and Node streams.
 *
 * @packageDocumentation
 */

export { createWavFileSink, type WavFileSinkOptions } from "./sinks/wav-file-sink.ts";
export { createNodeWritableSink, type NodeWritableSinkOptions } from "./sinks/node-writable-sink.ts";
