// Sends the e-mails that are due. Internal: called by pg_cron with the internal key.

import { createMailer } from "../../shared/messages/mailer.ts";

Deno.serve(createMailer("mailer"));
