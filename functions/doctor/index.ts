/**
 * The doctors' page: say what you would like, and see what you got. This function only hands out its files, which are
 * public; everything the page shows it reads with the doctor's own session, through RPCs that know only that doctor.
 *
 * Sources in `app/`; the build, the tests and the standards are the console's (README.md beside this file).
 */

import { createPage, readSettings } from "../../shared/platform/page_host.ts";
import { ASSETS } from "./assets.ts";

const page = {
  name: "doctor",
  title: "the doctors' page",
  assets: ASSETS,
  realtime: false,
  worker: true,
};
Deno.serve(createPage(page, () => readSettings()));
