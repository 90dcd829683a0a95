// Which lane an operation is in, and sums along lanes, with which any number of operations is drawn in time that depends on the
// pixels alone: what happened between two moments is the difference of two sums.

/** mostOwnLanes is how many clients have a lane of their own where many came after each other. */
const mostOwnLanes = 48;

const lanes = {
  n: 0,
  labels: [], // of each lane
  of: new Map(), // client → lane
  start: null, // place of each lane's first operation in the columns below, and one more
  op: null, // operations by lane and call
  place: null, // the inverse
  call: null, end: null, // of these; an end is never after the next call
  shown: null, // 1 where no filter hides it
  busy: null, failed: null, unknown: null, // sums of what is shown before each place; busy is in ns
  all: true, // nothing is hidden
};

const extent = { from: 0, to: 1 };

function measure() {
  let to = -Infinity;
  for (let i = 0; i < ops.n; i++) {
    const end = ops.end[i] === Infinity ? ops.call[i] : ops.end[i];
    if (end > to) to = end;
  }
  extent.from = ops.call[0];
  extent.to = Math.max(to, extent.from + 1);
  if (ops.n < 1000) extent.to += (extent.to - extent.from) * 0.02; // for what never returned
}

/** assignLanes gives each client a lane. Where there were many more clients than at once, since one whose operation is of unknown
 * outcome does not go on, lanes are handed on, as seats are. */
function assignLanes() {
  const first = new Map(), last = new Map();
  for (let i = 0; i < ops.n; i++) {
    const c = ops.client[i], end = ops.end[i] === Infinity ? ops.call[i] : ops.end[i];
    if (!first.has(c)) first.set(c, ops.call[i]);
    last.set(c, end);
  }
  const clients = [...first.keys()].sort((a, b) => a - b);
  if (clients.length <= Math.max(mostOwnLanes, facts.clients + 1)) {
    clients.forEach((c, lane) => lanes.of.set(c, lane));
    lanes.labels = clients.map((c) => `client ${c}`);
    lanes.n = clients.length;
    return;
  }
  clients.sort((a, b) => first.get(a) - first.get(b) || a - b);
  const busyUntil = [], members = [];
  for (const c of clients) {
    let lane = busyUntil.findIndex((until) => until < first.get(c));
    if (lane < 0) lane = busyUntil.push(0) - 1;
    busyUntil[lane] = last.get(c);
    (members[lane] ??= []).push(c);
    lanes.of.set(c, lane);
  }
  lanes.n = busyUntil.length;
  lanes.labels = members.map((m) => m.length > 1 ? `client ${m[0]} +${m.length - 1}` : `client ${m[0]}`);
}

function sortIntoLanes() {
  const { n } = ops, laneOf = new Int32Array(n), start = new Int32Array(lanes.n + 1);
  for (let i = 0; i < n; i++) start[(laneOf[i] = lanes.of.get(ops.client[i])) + 1]++;
  for (let l = 0; l < lanes.n; l++) start[l + 1] += start[l];
  const at = start.slice(), op = new Int32Array(n), place = new Int32Array(n);
  const call = new Float64Array(n), end = new Float64Array(n);
  for (let i = 0; i < n; i++) {
    const p = at[laneOf[i]]++;
    op[p] = i;
    place[i] = p;
    call[p] = ops.call[i];
    end[p] = ops.end[i];
  }
  for (let l = 0; l < lanes.n; l++) {
    for (let p = start[l]; p < start[l + 1]; p++) {
      const next = p + 1 < start[l + 1] ? call[p + 1] : extent.to;
      if (end[p] > next) end[p] = Math.max(call[p], next);
    }
  }
  Object.assign(lanes, { start, op, place, call, end, laneOf });
  lanes.shown = new Uint8Array(n).fill(1);
  lanes.busy = new Float64Array(n + 1);
  lanes.failed = new Int32Array(n + 1);
  lanes.unknown = new Int32Array(n + 1);
  lanes.count = new Int32Array(n + 1);
}

/** sum makes the sums again for what is shown. */
function sum() {
  const { op, call, end, shown, busy, failed, unknown, count: shownBefore } = lanes;
  for (let p = 0; p < ops.n; p++) {
    const s = shown[p], outcome = ops.flags[op[p]] & 3;
    busy[p + 1] = busy[p] + (s ? end[p] - call[p] : 0);
    failed[p + 1] = failed[p] + (s && outcome === FAILED ? 1 : 0);
    unknown[p + 1] = unknown[p] + (s && outcome === UNKNOWN ? 1 : 0);
    shownBefore[p + 1] = shownBefore[p] + s;
  }
}

/** after gives the first place from low to before high at which values are above t. */
function after(values, t, low, high) {
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (values[middle] > t) high = middle;
    else low = middle + 1;
  }
  return low;
}

/** afterNear is the same, for a t not far beyond the last one: it looks nearby first. */
function afterNear(values, t, low, high, step) {
  let reach = low + step;
  while (reach < high && values[reach] <= t) {
    low = reach + 1;
    step *= 2;
    reach = low + step;
  }
  return after(values, t, low, Math.min(reach, high));
}

/** busyBefore is for how long the lane was busy until t, where p is the first place that is called after t. */
function busyBefore(p, first, t) {
  if (p === first) return lanes.busy[p];
  const over = lanes.shown[p - 1] ? lanes.end[p - 1] - t : 0;
  return lanes.busy[p] - (over > 0 ? over : 0);
}
