// What one doctor wishes, for whom the window does not keep it.

import type { DoctorProgress } from "../../../../shared/client/mod.ts";
import { BUCKETS } from "../../../../shared/exchange/buckets.ts";
import { useLoad } from "../data/load.ts";
import { rows } from "../data/query.ts";
import type { PageContext } from "../page.ts";
import { Dialog } from "../ui/dialog.tsx";
import { dateTime } from "../ui/format.ts";
import { Loaded } from "../ui/loaded.tsx";

interface WishRow {
  order_preference: number | null;
  like_dislike_preference: number | null;
  line: { name: string };
}

/** See above; notes, specialties and exclusions are the doctor's alone. */
export function WishesDialog({ context, doctor, name, isOpen, onClose }: {
  context: PageContext;
  doctor: DoctorProgress;
  /** Tells two of one name apart. */
  name: string;
  isOpen: boolean;
  onClose: () => void;
}) {
  const wishes = useLoad(() =>
    rows<WishRow>(
      context.supabase.from("preference_worker_job_lines")
        .select("order_preference,like_dislike_preference,line:job_lines!inner(name)")
        .eq("worker_mapping", doctor.workerMapping)
        .order("order_preference", { nullsFirst: false }).order("job_line"),
    ), [doctor.workerMapping]);
  return (
    <Dialog title={`Wishes of ${name}`} onClose={onClose}>
      <div class="stack">
        <p class="small quiet">
          {doctor.submittedAt ? `Submitted ${dateTime(doctor.submittedAt)}.` : "Not submitted."}
          {isOpen && " The window is open: this may still change."}
        </p>
        <Loaded load={wishes} what="the wishes">
          {(found) => <Wishes rows={found} />}
        </Loaded>
      </div>
    </Dialog>
  );
}

function Wishes({ rows }: { rows: WishRow[] }) {
  if (rows.length === 0) return <p class="empty">No line is ranked.</p>;
  return (
    <table class="table">
      <thead>
        <tr>
          <th scope="col" class="number">Rank</th>
          <th scope="col">Line</th>
          <th scope="col">Bucket</th>
        </tr>
      </thead>
      <tbody>
        {rows.map(({ order_preference: rank, like_dislike_preference: bucket, line }) => (
          <tr key={line.name}>
            {/* Ranks are spread out while a doctor works; whole numbers come with the submission. */}
            <td class="number">{placeOf(rows, rank) ?? "–"}</td>
            <th scope="row">{line.name}</th>
            <td>{bucket === null ? "" : BUCKETS.get(bucket)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

/** The place among those that are ranked, equals alike. */
function placeOf(rows: readonly WishRow[], rank: number | null): number | null {
  if (rank === null) return null;
  return 1 + rows.filter(({ order_preference: other }) => other !== null && other < rank).length;
}
