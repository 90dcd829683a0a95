// What part of the timeline is seen, and when it is drawn.

const gutter = () => innerWidth < 720 ? 64 : 104; // px beside the lanes, for their names
const axisHeight = 26;
const rulerGap = 70; // px between marks of the ruler, at least

const view = { from: 0, to: 1, top: 0 }; // ns, ns, px
const size = { width: 0, height: 0, scale: 1, lane: 24 }; // CSS px, but device px per CSS px

const seen = { selected: -1, hovered: -1, anomaly: facts.anomalies.length ? 0 : -1, dim: facts.anomalies.length > 0, order: false };

const frames = []; // how long the last ones took, ms
let waiting = false;
const afterwards = new Set(); // told when the view has changed

/** redraw draws soon, once. */
function redraw() {
  if (waiting) return;
  waiting = true;
  requestAnimationFrame(() => {
    waiting = false;
    const began = performance.now();
    paint();
    frames.push(performance.now() - began);
    if (frames.length > 600) frames.shift();
  });
}

let settling = 0;
const mostOfWhole = 0.995; // what is seen of more than this is the whole
const settled = new Set(); // told when the view has not changed for a moment

function look(from, to) {
  const all = extent.to - extent.from, margin = all * 0.04;
  const span = clamp(to - from, facts.untimed ? 3 : Math.min(40, all), all + 2 * margin);
  const middle = (from + to) / 2;
  // But for the whole, more room is left at the ends, so that what is there can be seen with room about it.
  const edge = span < (all + 2 * margin) * mostOfWhole ? Math.max(margin, span / 5) : margin;
  view.from = clamp(middle - span / 2, extent.from - edge, extent.to + edge - span);
  view.to = view.from + span;
  redraw();
  afterwards.forEach((tell) => tell());
  clearTimeout(settling);
  settling = setTimeout(() => settled.forEach((tell) => tell()), 160);
}

const fit = () => look(extent.from - (extent.to - extent.from) * 0.02, extent.to + (extent.to - extent.from) * 0.02);

/** glide moves the view there, so that eyes can follow. */
let gliding = 0;
function glide(from, to) {
  cancelAnimationFrame(gliding);
  if (matchMedia('(prefers-reduced-motion: reduce)').matches) return look(from, to);
  const began = performance.now(), a = { ...view };
  const step = (now) => {
    const p = clamp((now - began) / 320, 0, 1), eased = 1 - (1 - p) ** 3;
    // Spans go by their ratio, or the last moment of a far zoom would do it all.
    const span = (a.to - a.from) * ((to - from) / (a.to - a.from)) ** eased;
    const middle = (from + to) / 2, far = (a.from + a.to) / 2;
    const left = p === 1 ? 0 : (far - middle) * Math.min(1, (span / (a.to - a.from)) * (1 - eased) ** 0.5);
    look(middle + left - span / 2, middle + left + span / 2);
    if (p < 1) gliding = requestAnimationFrame(step);
    else look(from, to);
  };
  gliding = requestAnimationFrame(step);
}

function zoom(factor, at = (view.from + view.to) / 2) {
  cancelAnimationFrame(gliding);
  look(at - (at - view.from) * factor, at + (view.to - at) * factor);
}

function pan(share) {
  cancelAnimationFrame(gliding);
  const by = (view.to - view.from) * share;
  look(view.from + by, view.to + by);
}

const plotWidth = () => size.width - gutter() - 14;
const toX = (t) => gutter() + (t - view.from) / (view.to - view.from) * plotWidth();
const toTime = (x) => view.from + (x - gutter()) / plotWidth() * (view.to - view.from);
const toY = (lane) => axisHeight + lane * size.lane - view.top;
const toLane = (y) => Math.floor((y - axisHeight + view.top) / size.lane);

function scrollLanes(by) {
  const most = Math.max(0, lanes.n * size.lane - (size.height - axisHeight));
  view.top = clamp(view.top + by, 0, most);
  $('scroll').scrollTop = view.top;
  redraw();
}

/** showLane scrolls so that the lane is seen. */
function showLane(lane) {
  const y = lane * size.lane, room = size.height - axisHeight;
  if (y < view.top || y + size.lane > view.top + room) scrollLanes(y - room / 2 - view.top);
}

/** resize fits canvases to the page; lanes get as much room as there is. */
function resize() {
  size.width = $('stage').clientWidth;
  size.scale = Math.min(devicePixelRatio || 1, 2);
  const room = clamp(innerHeight * 0.6, 180, 720) - axisHeight;
  size.lane = clamp(Math.floor(room / lanes.n), 7, 38);
  size.height = axisHeight + Math.max(size.lane, Math.min(room, lanes.n * size.lane)) + 4;
  for (const [id, height] of [['lanes', size.height], ['overview', 46]]) {
    const canvas = $(id);
    canvas.width = Math.round(size.width * size.scale);
    canvas.height = Math.round(height * size.scale);
    canvas.style.height = `${height}px`;
  }
  $('scroll').firstElementChild.style.height = `${lanes.n * size.lane}px`;
  $('scroll').hidden = lanes.n * size.lane <= room + 4;
  scrollLanes(0);
}

/** evidenceOf gives the operations that an anomaly names, and those that its arrows come from. */
function evidenceOf(n) {
  const a = facts.anomalies[n];
  return a ? [...new Set([...(a.ops ?? []), ...(a.arrows ?? []).flatMap((r) => [r.from, r.to])])].filter((i) => i >= 0) : [];
}

/** racedOf gives the operations that an anomaly is about; what they read may have been written long before. */
const racedOf = (n) => facts.anomalies[n]?.ops?.length ? facts.anomalies[n].ops : evidenceOf(n);

/** jumpTo looks at operations so that they take three fifths of the width. */
function jumpTo(all) {
  const there = all.filter((i) => i >= 0 && i < ops.n);
  if (!there.length) return;
  let from = Infinity, to = -Infinity;
  for (const i of there) {
    from = Math.min(from, ops.call[i]);
    to = Math.max(to, ops.end[i] === Infinity ? ops.call[i] : lanes.end[lanes.place[i]]);
  }
  const whole = extent.to - extent.from, most = Math.max(0, (whole * 1.08 * 0.99 - (to - from)) / 2);
  const room = Math.max(Math.min((to - from) / 3, most), whole * 1e-7, facts.untimed ? 2 : 20);
  showLane(lanes.laneOf[there[0]]);
  glide(from - room, to + room);
}
