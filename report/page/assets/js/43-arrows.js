// The arrows of an anomaly in the timeline: who read what, and who should have.

/** arrowsOf gives the arrows of an anomaly, with what they begin at: an operation, or the state before. */
const arrowsOf = (n) => facts.anomalies[n]?.arrows ?? [];

/** reachOf gives from where to where the raced operations are drawn, px, or nothing if there are none. */
function reachOf(n) {
  const there = racedOf(n).filter((i) => i < ops.n);
  if (!there.length) return null;
  const end = (i) => ops.end[i] === Infinity ? ops.call[i] : ops.end[i];
  return { from: Math.min(...there.map((i) => toX(ops.call[i]))), to: Math.max(...there.map((i) => toX(end(i)))) };
}

const leastReach = 24; // px that raced operations have together, or a flag stands for them
const leastArrow = 64; // px from the begin of an arrow to its head

/** anomalyIsWide says whether the raced operations are in view, and can be told apart. */
function anomalyIsWide() {
  const reach = reachOf(seen.anomaly);
  return reach !== null && reach.to - reach.from >= leastReach && reach.to > gutter() && reach.from < size.width;
}

/** flagAt gives where a flag stands for raced operations that are in view, but cannot be told apart, px. */
function flagAt() {
  const reach = reachOf(seen.anomaly);
  if (!reach || reach.to < gutter() || reach.from > size.width || anomalyIsWide()) return null;
  return (reach.from + reach.to) / 2;
}

function paintArrows(c) {
  const reach = reachOf(seen.anomaly);
  if (!reach || reach.to < gutter() || reach.from > size.width) return;
  if (drawn.flag !== null) return;
  const arrows = arrowsOf(seen.anomaly).filter((a) => a.relation !== 'overwrites' && a.to < ops.n).map(placeArrow);
  // Those that begin at what was there before begin at one point, left of all that raced.
  const left = Math.max(gutter() + 48, Math.min(...arrows.map((a) => a.to.x)) - 2 * leastArrow), pins = new Map();
  for (const a of arrows) if (!a.begin) pins.set(a.value, [...pins.get(a.value) ?? [], a.to.y]);
  c.lineWidth = 1.6;
  c.font = `600 11px ${colours.sans}`;
  for (const a of arrows) {
    const rows = pins.get(a.value);
    curveTo(c, a, a.begin ?? { x: left, y: rows.reduce((sum, y) => sum + y, 0) / rows.length });
  }
  pins.forEach((rows, value) => origin(c, { x: left, y: rows.reduce((sum, y) => sum + y, 0) / rows.length, value }));
  drawn.arrows = arrows.length;
}

/** placeArrow says where an arrow ends, and begins, if that is in view; otherwise what was there is written at its begin. */
function placeArrow(a) {
  const p = lanes.place[a.to], x = toX(ops.call[a.to]), pinned = gutter() + leastArrow + 48;
  const to = { x: Math.max(x, Math.min(pinned, toX(lanes.end[p]))), y: toY(lanes.laneOf[a.to]) + size.lane / 2 };
  const value = /^read (\S+)$/.exec(a.text ?? '')?.[1] ?? (a.from < 0 ? 'before' : `#${a.from}`);
  if (a.from < 0 || a.from >= ops.n || toX(lanes.end[lanes.place[a.from]]) < gutter()) return { ...a, to, value };
  const end = toX(lanes.end[lanes.place[a.from]]);
  return { ...a, to, begin: { x: Math.min(end, to.x - leastArrow), y: toY(lanes.laneOf[a.from]) + size.lane / 2 } };
}

/** curveTo draws an arrow; one for what was missed is broken, and crossed out where its words are. Along a lane it goes below the
 * bars, or above them in the last lane. */
function curveTo(c, a, from) {
  const { to } = a, missed = a.relation === 'misses', level = Math.abs(from.y - to.y) < 1 && a.begin;
  const bend = Math.max(20, (to.x - from.x) / 2), side = to.y + size.lane * 1.4 < size.height ? 1 : -1, deep = level ? side * size.lane : 0;
  const edge = level ? side * (size.lane / 2 - pad()) : 0;
  const points = level ? [{ x: from.x, y: from.y + edge }, { x: from.x + 8, y: from.y + edge + deep }, { x: to.x - 8, y: to.y + edge + deep }, { x: to.x + 2, y: to.y + edge }]
    : [from, { x: from.x + bend, y: from.y }, { x: to.x - bend, y: to.y }, { x: to.x - 2, y: to.y }];
  const [p0, p1, p2, p3] = points, middle = along(points, 0.5);
  c.strokeStyle = colours.ink;
  c.setLineDash(missed ? [6, 4] : a.relation === 'excludes' ? [2, 4] : []);
  c.beginPath();
  c.moveTo(p0.x, p0.y);
  c.bezierCurveTo(p1.x, p1.y, p2.x, p2.y, p3.x, p3.y);
  c.stroke();
  c.setLineDash([]);
  arrowHead(c, p3.x, p3.y, level ? -side * 1.2 : 0, colours.ink, 8);
  if (a.begin) {
    c.beginPath();
    c.arc(p0.x, p0.y, 3.5, 0, 7);
    c.fillStyle = colours.ink;
    c.fill();
  }
  if (missed) cross(c, middle);
  const w = c.measureText(a.text ?? '').width + 10, down = level ? side * 15 : to.y >= from.y ? 9 : -9;
  // Words beside a broken line leave it whole.
  if (missed && !level) tag(c, a.text ?? '', middle.x + w / 2 + 10, middle.y + (to.y >= from.y ? -10 : 10));
  else tag(c, a.text ?? '', middle.x, middle.y + down);
}

/** cross draws the mark of what did not come through. */
function cross(c, { x, y }) {
  c.strokeStyle = colours.anomaly;
  c.lineWidth = 3;
  c.beginPath();
  for (const d of [-5, 5]) { c.moveTo(x - 5, y - d); c.lineTo(x + 5, y + d); }
  c.stroke();
  c.lineWidth = 1.6;
}

/** flag names on the ruler an anomaly that is too small to be drawn at this distance. */
function flag(c, x) {
  const text = facts.anomalies[seen.anomaly].name;
  c.font = `600 11px ${colours.sans}`;
  const w = c.measureText(text).width + 16, left = clamp(x - w / 2, gutter() + 2, size.width - w - 16), y = axisHeight / 2 - 2;
  c.fillStyle = colours.anomaly;
  c.beginPath();
  c.roundRect(left, y - 9, w, 18, 9);
  c.fill();
  c.beginPath();
  c.moveTo(x - 5, y + 8);
  c.lineTo(x + 5, y + 8);
  c.lineTo(x, axisHeight);
  c.fill();
  c.fillStyle = colours.card;
  c.textAlign = 'center';
  c.textBaseline = 'middle';
  c.fillText(text, left + w / 2, y + 0.5);
}

/** origin draws what was there before the operations that have arrows from it. */
function origin(c, { x, y, value }) {
  const w = c.measureText(value).width + 16;
  c.beginPath();
  c.roundRect(x - w + 8, y - 10, w, 20, 10);
  c.fillStyle = colours.card;
  c.fill();
  c.strokeStyle = colours.ink;
  c.stroke();
  c.fillStyle = colours.ink;
  c.textAlign = 'center';
  c.textBaseline = 'middle';
  c.fillText(value, x - w / 2 + 8, y + 0.5);
}

function tag(c, text, x, y) {
  if (!text) return;
  const w = c.measureText(text).width + 10;
  c.fillStyle = colours.card;
  c.globalAlpha = 0.9;
  c.fillRect(x - w / 2, y - 8, w, 16);
  c.globalAlpha = 1;
  c.fillStyle = colours.ink;
  c.textAlign = 'center';
  c.textBaseline = 'middle';
  c.fillText(text, x, y + 0.5);
}
