/**
 * The worker that eSpeak NG runs in. It is a file of its own in the built package; nothing imports it.
 */

import { ownMessagePort } from "./worker/message-port.ts";
import { serve } from "./worker/serve.ts";

serve(ownMessagePort());
