// The door for agents: they take tasks and say what became of them, with keys of their own.

import { createAgentApi } from "../../shared/agents/api.ts";

Deno.serve(createAgentApi("agent-api"));
