// A doctor's result as a calendar, for calendar programs: by a secret link, without a session.

import { createCalendar } from "../../shared/messages/calendar.ts";

Deno.serve(createCalendar("calendar"));
