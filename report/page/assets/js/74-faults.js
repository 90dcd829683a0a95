// When nothing returned for long, and what is of unknown outcome: what a fault of the target leaves in a run.

const faults = { stalls: [], unknown: [] }; // [from, to] of each stall, the longest first; calls; ns
const mostStalls = 12;
const leastStall = 0.02; // of the run: a time in which nothing returned that is shorter is not marked
const stallOfMean = 20; // and nor is one that is not so many times as long as the mean

/** findFaults goes through what returned, by time. */
function findFaults() {
  const ends = ops.end.slice().sort(), last = after(ends, Number.MAX_VALUE, 0, ops.n), all = extent.to - extent.from;
  const least = Math.max(all * leastStall, all / ops.n * stallOfMean);
  let longest = [0, 0];
  for (let i = 1; i < last; i++) {
    const gap = ends[i] - ends[i - 1];
    if (gap > longest[1] - longest[0]) longest = [ends[i - 1], ends[i]];
    if (gap >= least) faults.stalls.push([ends[i - 1], ends[i]]);
  }
  faults.stalls.sort((a, b) => b[1] - b[0] - a[1] + a[0]).splice(mostStalls);
  for (let i = 0; i < ops.n; i++) if (ops.outcome(i) === UNKNOWN) faults.unknown.push(ops.call[i]);
  return { longest, never: ops.n - last };
}

/** stalls tells when nothing returned for longest, and what never did. */
function stalls() {
  if (facts.untimed || ops.n < 2) return;
  const { longest: [from, to], never } = findFaults(), took = to - from;
  $('stalls').replaceChildren(`The longest time in which nothing returned was ${duration(took)}, from ${time(from, took / 10)}. `,
    never ? `${things(never, 'operation')} never returned.` : '', ' ',
    el('button', { type: 'button', onclick: () => { glide(from - took * 0.3, to + took * 1.3); reveal(); } }, 'Show'));
  const said = [faults.stalls.length ? 'grey: nothing returned' : '', faults.unknown.length ? 'ticks below: of unknown outcome' : ''].filter(Boolean);
  $('plots-note').textContent = said.join('; ');
}

/** markFaults shades stalls, and has a tick for what is of unknown outcome, one a pixel at the most. */
function markFaults(u) {
  const c = u.ctx, { left, top, width, height } = u.bbox;
  c.save();
  c.beginPath();
  c.rect(left, top, width, height);
  c.clip();
  c.fillStyle = colours.soft;
  c.globalAlpha = 0.14;
  for (const [from, to] of faults.stalls) {
    const x = u.valToPos(from, 'x', true);
    c.fillRect(x, top, Math.max(1, u.valToPos(to, 'x', true) - x), height);
  }
  c.globalAlpha = 1;
  c.fillStyle = colours.unknown;
  let before = -1;
  for (const t of faults.unknown) {
    const x = Math.round(u.valToPos(t, 'x', true));
    if (x === before || x < left || x > left + width) continue;
    c.fillRect(x - 0.5, top + height - 8, 1.5, 8);
    before = x;
  }
  c.restore();
}
