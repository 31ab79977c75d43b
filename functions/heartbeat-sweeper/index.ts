// Resumes what crashed and ends what cannot be resumed. Internal: called by pg_cron with the internal key.

import { createSweeper } from "../../shared/fleet/sweeper.ts";

Deno.serve(createSweeper("heartbeat-sweeper"));
