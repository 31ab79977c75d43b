// A row of who is away per week, over all lines, and one for each team that leave makes thin.

import { useFirstRows } from "../ui/first_rows.tsx";
import { percent, plural } from "../ui/format.ts";
import { type AwayRow, type AwayShares, isThin, shareOf } from "./away.ts";

/** Teams that are drawn before the rest is asked for. */
const MOST = 8;

/** Leave by week. */
export function AwayPanel({ rows: [all, ...teams], shares }: {
  rows: AwayRow[];
  shares: AwayShares;
}) {
  const { listed, more } = useFirstRows(teams, MOST);
  if (!all || all.worst === 0) return null;
  return (
    <section class="card" aria-label="Leave by week">
      <header>
        <h2>Away on leave, by week</h2>
        <span class="small quiet">
          At most {percent(shares.all, 0)} of all lines, and {percent(shares.team, 0)}{" "}
          of a team's, are to be away at once; weeks over it are marked
        </span>
      </header>
      {/* Wider than most windows: whoever has no pointer scrolls it by keys. */}
      <div class="table-scroll" tabIndex={0} role="region" aria-label="Leave by week, weeks 1 on">
        <table class="table coverage-away">
          <thead>
            <tr>
              <th scope="col">Team</th>
              {all.weeks.map((_, week) => <th key={week} scope="col">{week + 1}</th>)}
            </tr>
          </thead>
          <tbody>
            <Weeks row={all} />
            <tr class="coverage-most">
              <th scope="row">May be away</th>
              {all.weeks.map(({ most }, week) => <td key={week}>{most}</td>)}
            </tr>
            {listed.map((row, index) => <Weeks key={index} row={row} />)}
          </tbody>
        </table>
      </div>
      {more}
    </section>
  );
}

function Weeks({ row }: { row: AwayRow }) {
  return (
    <tr>
      <th scope="row">
        {row.team || "All lines"}
        {row.hospital && <span class="small quiet">{row.hospital}</span>}
      </th>
      {row.weeks.map((week, index) => {
        const thin = isThin(week);
        const words = `Week ${index + 1}: ${week.away} of ${plural(week.lines, "line")} away, ${
          percent(shareOf(week), 0)
        }; ${week.most} may be${thin ? ": too many" : ""}`;
        return (
          <td key={index} class={thin ? "thin" : week.away > 0 ? "some" : ""} title={words}>
            {week.away > 0 ? week.away : ""}
          </td>
        );
      })}
    </tr>
  );
}
