// Imported before the rules: zod looks whether it may make functions of texts, which the page's policy forbids and reports.

import { config } from "zod";

config({ jitless: true });
