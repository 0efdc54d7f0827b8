/**
 * What of the pipeline needs Node: sinks that write files and Node streams.
 *
 * @packageDocumentation
 */
export {};
