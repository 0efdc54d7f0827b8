/**
 * Fake providers: loopback servers that speak the protocols of the cloud engines, with a switch for every fault (Node).
 *
 * @packageDocumentation
 */

export type { ChooseFakeFault, FakeFault, FakeOptions, FakeRequest, FakeServer } from "./fakes/shared/fake-fault.ts";
export { createFakeOpenAI } from "./fakes/openai/fake-openai.ts";
export { openAIVendorFaults, type FakeOpenAIOptions, type FakeSseOptions, type OpenAIVendorFault } from "./fakes/openai/fake-openai-options.ts";
export { createFakeAzure } from "./fakes/azure/fake-azure.ts";
export { azureVendorFaults, type AzureVendorFault, type FakeAzureOptions } from "./fakes/azure/azure-options.ts";
export type { FakeAzureVoice } from "./fakes/azure/azure-voices.ts";
export { createFakeEdge } from "./fakes/edge/fake-edge.ts";
export { edgeVendorFaults, type EdgeVendorFault, type EncodeMp3, type FakeEdgeOptions } from "./fakes/edge/edge-options.ts";
export type { FakeEdgeVoice } from "./fakes/edge/edge-voices.ts";
export { createFakeElevenLabs } from "./fakes/elevenlabs/fake-elevenlabs.ts";
export type { FakeElevenLabs, FakeElevenLabsEndpoint, FakeElevenLabsOptions, FakeElevenLabsRequest } from "./fakes/elevenlabs/fake-elevenlabs-options.ts";
export type { FakeElevenLabsVoice } from "./fakes/elevenlabs/account.ts";
export { createFakePolly } from "./fakes/polly/fake-polly.ts";
export type { FakePolly, FakePollyOptions } from "./fakes/polly/polly-options.ts";
export type { FakePollyInputEvent, FakePollyRequest } from "./fakes/polly/polly-request.ts";
export { pollyVendorFaults, type PollyVendorFault } from "./fakes/polly/polly-vendor-faults.ts";
export { fakePollyVoices, type FakePollyEngine, type FakePollyVoice } from "./fakes/polly/polly-voices.ts";
