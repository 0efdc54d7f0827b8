/**
 * Fake providers: loopback servers that speak the protocols of the cloud engines, with a switch for every fault (Node).
 *
 * @packageDocumentation
 */

export {};
