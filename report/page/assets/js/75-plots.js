// Plots over time, of what the timeline shows: they follow its view.

const plotHeight = 210;
const plots = [];
const mostExact = 400_000; // operations whose latencies are sorted anew when the view changes

/** buckets counts what returned, and how long it took, in equal parts of a time. */
function buckets(from, to, n) {
  const width = (to - from) / n, bucket = (end) => Math.min(n - 1, Math.floor((end - from) / width));
  const counts = [OK, FAILED, UNKNOWN].map(() => new Float64Array(n)), sizes = new Uint32Array(n + 1);
  const first = after(ops.call, from - 1, 0, ops.n), last = after(ops.call, to, first, ops.n);
  const eachEnd = (act) => {
    for (let i = first; i < last; i++) {
      if (!lanes.all && !lanes.shown[lanes.place[i]]) continue;
      const end = ops.end[i];
      act(i, bucket(end === Infinity ? ops.call[i] : Math.min(end, to)), ops.flags[i] & 3);
    }
  };
  eachEnd((i, b, outcome) => { counts[outcome][b]++; if (outcome === OK) sizes[b + 1]++; });
  for (let b = 0; b < n; b++) sizes[b + 1] += sizes[b];
  const took = new Float64Array(sizes[n]), at = sizes.slice();
  eachEnd((i, b, outcome) => { if (outcome === OK) took[at[b]++] = ops.end[i] - ops.call[i]; });
  const latency = [[], [], []];
  for (let b = 0; b < n; b++) {
    const all = took.subarray(sizes[b], sizes[b + 1]).sort();
    [0.5, 0.99, 1].forEach((q, k) => latency[k].push(all.length ? Math.max(1, all[Math.ceil(q * all.length) - 1]) : null));
  }
  return {
    times: Array.from({ length: n }, (_, b) => from + (b + 0.5) * width),
    rates: counts.map((c) => Array.from(c, (v) => v * 1e9 / width)), latency,
  };
}

/** underWay gives how many operations were under way on average in each part of a time. */
function underWay(from, to, n) {
  const width = (to - from) / n, busy = new Float64Array(n), full = new Int32Array(n + 1);
  for (let p = 0; p < ops.n; p++) {
    const a = Math.max(lanes.call[p], from), b = Math.min(lanes.end[p], to);
    if (b <= a || !lanes.shown[p]) continue;
    const x = (a - from) / width, y = (b - from) / width, first = Math.floor(x), last = Math.min(n - 1, Math.floor(y));
    if (first >= last) { busy[last] += y - x; continue; }
    busy[first] += first + 1 - x;
    busy[last] += y - last;
    full[first + 1]++;
    full[last]--;
  }
  for (let b = 0, whole = 0; b < n; b++) busy[b] += whole += full[b];
  return Array.from(busy);
}

let ranked = { shown: null, data: [[], []] }; // what percentiles gave last, and for which filter

/** percentiles gives the latencies of what is shown by 1/(1-p), in steps that are even on that scale. */
function percentiles() {
  if (ranked.shown !== lanes.shown) ranked = { shown: lanes.shown, data: rankLatencies() };
  return ranked.data;
}

function rankLatencies() {
  const all = new Float64Array(ops.n), x = [], y = [];
  let n = 0;
  for (let i = 0; i < ops.n; i++) {
    if ((ops.flags[i] & 15) === 0 && ops.end[i] !== Infinity && (lanes.all || lanes.shown[lanes.place[i]])) all[n++] = ops.end[i] - ops.call[i];
  }
  const sorted = all.subarray(0, n).sort();
  for (let k = 0; k <= 60 && n > 0 && 10 ** (k / 10) <= n; k++) {
    const inverse = 10 ** (k / 10);
    x.push(inverse);
    y.push(Math.max(1, sorted[Math.min(n - 1, Math.ceil((1 - 1 / inverse) * n))]));
  }
  return [x, y];
}

/** markAnomalies draws where in time the anomalies are. */
function markAnomalies(u) {
  const c = u.ctx;
  c.save();
  c.beginPath();
  c.rect(u.bbox.left, u.bbox.top, u.bbox.width, u.bbox.height);
  c.clip();
  facts.anomalies.forEach((_, n) => {
    const [i] = evidenceOf(n);
    if (i === undefined || i >= ops.n) return;
    const x = u.valToPos(ops.call[i], 'x', true);
    c.fillStyle = colours.anomaly;
    c.globalAlpha = n === seen.anomaly ? 0.9 : 0.35;
    c.fillRect(x - 1, u.bbox.top, 2, u.bbox.height);
    c.beginPath();
    c.moveTo(x - 6, u.bbox.top);
    c.lineTo(x + 6, u.bbox.top);
    c.lineTo(x, u.bbox.top + 8);
    c.fill();
  });
  c.restore();
}

const axis = (more) => ({ stroke: () => colours.soft, grid: { stroke: () => colours.faint, width: 1 }, ticks: { stroke: () => colours.line, width: 1, size: 4 }, font: `11px ${colours.sans}`, ...more });
const compact = new Intl.NumberFormat('en-US', { notation: 'compact', maximumFractionDigits: 1 });
const steps = Array.from({ length: 40 }, (_, i) => [1, 2, 5][i % 3] * 10 ** Math.floor(i / 3)); // ns
const tens = (_, all) => all.map((v) => Math.abs(Math.log10(v) - Math.round(Math.log10(v))) < 1e-9 ? v : null);
const timeAxis = () => axis({ incrs: steps, values: (_, all) => all.map((t) => time(t, all.length > 1 ? all[1] - all[0] : t / 10)), space: 84 });
const logAxis = (write, more) => axis({
  grid: { stroke: () => colours.faint, width: 1, filter: tens }, ticks: { stroke: () => colours.line, width: 1, size: 4, filter: tens },
  filter: tens, values: (_, all) => all.map((v) => v === null ? '' : write(v)), ...more,
});
const latencyAxis = () => logAxis(duration, { size: 64 });

function plot(id, series, data, options = {}) {
  const into = $(id);
  const made = new uPlot({
    width: Math.max(260, into.clientWidth), height: plotHeight, padding: options.padding ?? [8, 28, 0, 0],
    cursor: { drag: { x: true, y: false }, points: { size: 6 }, ...(options.cursor ?? { sync: { key: 'time' } }) },
    scales: { x: { time: false }, ...options.scales },
    axes: options.axes ?? [timeAxis(), axis({ values: (_, all) => all.map((v) => compact.format(v)), size: 52 })],
    series: [options.x ?? { label: 'at', value: (_, v) => v === null ? '' : time(v, (view.to - view.from) / 1000) }, ...series],
    legend: { live: true },
    hooks: options.hooks ?? { draw: [markFaults, markAnomalies], setSelect: [(u) => {
      if (u.select.width < 3) return;
      const from = u.posToVal(u.select.left, 'x'), to = u.posToVal(u.select.left + u.select.width, 'x');
      u.setSelect({ left: 0, width: 0, top: 0, height: 0 }, false);
      glide(from, to);
    }] },
  }, data, into);
  plots.push(made);
  return made;
}

const line = (label, colour, more = {}) => ({ label, stroke: () => colours[colour], width: 1.5, points: { show: false }, spanGaps: true, ...more });

let drawnPlots = null;

/** makePlots makes the plots, in parts, between which the page answers. */
async function makePlots() {
  const rate = (_, v) => v === null ? '' : count(Math.round(v));
  const wait = (_, v) => v === null ? '' : duration(v);
  const log = { y: { distr: 3, log: 10 } };
  drawnPlots = {
    throughput: plot('throughput', [line('ok', 'ok', { value: rate }), line('failed', 'failed', { value: rate, dash: [6, 3] }), line('unknown', 'unknown', { value: rate, dash: [2, 3] })], [[], [], [], []]),
    latency: plot('latency', [line('p50', 'ok', { value: wait }), line('p99', 'unknown', { value: wait, dash: [6, 3] }), line('max', 'failed', { value: wait, dash: [2, 3] })], [[], [], [], []], { scales: log, axes: [timeAxis(), latencyAxis()] }),
    underway: plot('underway', [line('at once', 'order', { value: (_, v) => v === null ? '' : v.toFixed(2), fill: () => `${colours.order}22` })], [[], []]),
    percentiles: plot('percentiles', [line('latency', 'ok', { value: wait })], [[], []], {
      cursor: {}, hooks: {}, scales: { x: { time: false, distr: 3, log: 10 }, ...log },
      x: { label: 'percentile', value: (_, v) => v === null ? '' : percent(v) },
      axes: [logAxis(percent), latencyAxis()], padding: [8, 30, 0, 0],
    }),
  };
  await idle();
  followView(true);
  await idle();
  drawnPlots.percentiles.setData(percentiles(), true);
}

/** showRates draws the rates of those outcomes that there are: a line along zero only hides others. */
function showRates(times, rates) {
  const some = rates.map((r, k) => k === OK || r.some((v) => v > 0)), u = drawnPlots.throughput;
  u.setData([times, ...rates.map((r, k) => some[k] ? r : r.map(() => null))], false);
  const rows = u.root.querySelectorAll('.u-legend .u-series');
  some.forEach((is, k) => { if (rows[k + 1]) rows[k + 1].hidden = !is; });
}

const percent = (inverse) => inverse <= 1 ? 'least' : `p${+(100 * (1 - 1 / inverse)).toPrecision(Math.max(2, Math.ceil(Math.log10(inverse)) + 1))}`;

let last = {};
function followView(force) {
  if (!drawnPlots) return;
  const from = Math.max(view.from, extent.from), to = Math.min(view.to, extent.to), most = clamp(Math.floor($('throughput').clientWidth / 4), 40, 200);
  const within = after(ops.call, to, 0, ops.n) - after(ops.call, from, 0, ops.n), n = clamp(Math.floor(within / 8), 16, most);
  const all = from <= extent.from && to >= extent.to || within > mostExact;
  const key = `${from} ${to} ${filtering}`;
  if (!force && last.key === key) return;
  if (!(all && last.all && last.filtering === filtering && !force)) {
    const [a, b] = all ? [extent.from, extent.to] : [from, to];
    const { times, rates, latency } = buckets(a, b, n);
    showRates(times, rates);
    drawnPlots.latency.setData([times, ...latency], true);
    drawnPlots.underway.setData([times, underWay(a, b, n)], false);
    if (!force && ranked.shown !== lanes.shown) drawnPlots.percentiles.setData(percentiles(), true);
  }
  last = { key, all, filtering };
  for (const name of ['throughput', 'latency', 'underway']) drawnPlots[name].setScale('x', { min: from, max: to });
}
