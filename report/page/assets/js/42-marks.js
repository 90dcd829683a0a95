// What lies over and about the lanes: ruler, names, the anomaly, its arrows, an order of operations.

/** steps gives moments for the ruler: 1, 2 or 5 times a power of ten apart. */
function marks(from, to, width) {
  const raw = (to - from) / Math.max(1, width / rulerGap / 1.6), power = 10 ** Math.floor(Math.log10(raw));
  const step = Math.max(facts.untimed ? 1 : 1e-3, power * [1, 2, 5, 10].find((m) => m * power >= raw));
  const all = [];
  for (let t = Math.ceil(from / step) * step; t <= to; t += step) all.push(Math.abs(t) < step / 1e6 ? 0 : t);
  return { all, step };
}

function paintGrid(c, first, last) {
  c.lineWidth = 1;
  c.strokeStyle = colours.faint;
  c.beginPath();
  if (size.lane >= 12) {
    for (let l = first; l <= last + 1; l++) { c.moveTo(0, Math.round(toY(l)) + 0.5); c.lineTo(size.width, Math.round(toY(l)) + 0.5); }
  }
  c.stroke();
  c.fillStyle = colours.card;
  c.fillRect(0, 0, size.width, axisHeight);
  c.font = `11px ${colours.sans}`;
  c.textAlign = 'left';
  c.textBaseline = 'middle';
  const { all, step } = marks(view.from, view.to, plotWidth());
  for (const t of all) {
    const x = Math.round(toX(t)) + 0.5;
    c.strokeStyle = colours.line;
    c.beginPath();
    c.moveTo(x, axisHeight - 8);
    c.lineTo(x, axisHeight);
    c.stroke();
    c.fillStyle = colours.soft;
    const text = time(t, step);
    if (x > gutter() - 4 && x + c.measureText(text).width + 4 < size.width) c.fillText(text, x + 4, axisHeight / 2);
  }
  c.strokeStyle = colours.line;
  c.beginPath();
  c.moveTo(0, axisHeight - 0.5);
  c.lineTo(size.width, axisHeight - 0.5);
  c.stroke();
}

function paintNames(c, first, last) {
  c.fillStyle = colours.card;
  c.fillRect(0, axisHeight, gutter(), size.height);
  c.strokeStyle = colours.line;
  c.beginPath();
  c.moveTo(gutter() - 0.5, axisHeight);
  c.lineTo(gutter() - 0.5, size.height);
  c.stroke();
  const px = clamp(size.lane - 4, 8, 12), lit = new Set(seen.dim ? evidenceOf(seen.anomaly).map((i) => lanes.laneOf[i]) : []);
  const every = Math.ceil((px + 2) / size.lane);
  c.textBaseline = 'middle';
  c.textAlign = 'left';
  for (let l = first; l <= last; l++) {
    if (l % every && !lit.has(l)) continue;
    c.font = `${lit.has(l) ? 600 : 400} ${px}px ${colours.sans}`;
    c.fillStyle = lit.has(l) ? colours.anomaly : colours.soft;
    const y = toY(l) + size.lane / 2 + 0.5;
    if (y > axisHeight + 3) c.fillText(lanes.labels[l], 12, y, gutter() - 18);
  }
}

/** paintLit draws the operations that prove the anomaly over all others, and what is selected. */
function paintLit(c) {
  for (const i of evidenceOf(seen.anomaly)) lit(c, i, colours.anomaly);
  for (const [i, colour] of [[seen.hovered, colours.soft], [seen.selected, colours.focus]]) {
    if (i < 0) continue;
    const b = box(lanes.laneOf[i], lanes.place[i]);
    c.strokeStyle = colour;
    c.lineWidth = 2;
    c.strokeRect(b.x - 2, b.y - 2, Math.max(b.w, 3) + 4, b.h + 4);
  }
  paintArrows(c);
}

function lit(c, i, colour) {
  const p = lanes.place[i], l = lanes.laneOf[i];
  if (lanes.end[p] < view.from || lanes.call[p] > view.to) return;
  const b = box(l, p);
  c.save();
  c.shadowColor = colour;
  c.shadowBlur = 12;
  c.fillStyle = colours.card;
  c.fillRect(b.x, b.y, Math.max(3, b.w), b.h);
  c.shadowBlur = 0;
  bar(c, l, p, false, colour);
  if (b.w < 5) { c.fillStyle = colour; c.fillRect(b.x, b.y, 3, b.h); }
  c.strokeStyle = colour;
  c.lineWidth = 2;
  c.strokeRect(b.x, b.y, Math.max(3, b.w), b.h);
  c.restore();
  label(c, i, b, ops.outcome(i) === OK ? colours.card : colours.ink);
}

/** arrowsOf gives the arrows of an anomaly, with what they begin at: an operation, or the state before. */
const arrowsOf = (n) => facts.anomalies[n]?.arrows ?? [];

function paintArrows(c) {
  const arrows = arrowsOf(seen.anomaly).filter((a) => a.relation !== 'overwrites' && a.to < ops.n);
  const xs = evidenceOf(seen.anomaly).filter((i) => i < ops.n).map((i) => toX(ops.call[i])), first = Math.min(...xs);
  if (xs.length && Math.max(...xs) - first < 24 && first > gutter() && first < size.width) return callout(c, first);
  if (!arrows.length) return;
  const to = arrows.map((a) => ({ x: toX(ops.call[a.to]), y: toY(lanes.laneOf[a.to]) + size.lane / 2 }));
  const earliest = Math.min(...to.map((t) => t.x));
  if (earliest > size.width || Math.max(...to.map((t) => t.x)) < gutter()) return;
  // Those that begin at what was there before begin at one point.
  const rows = arrows.flatMap((a, n) => a.from < 0 ? [to[n].y] : []), middle = rows.reduce((sum, y) => sum + y, 0) / rows.length;
  c.lineWidth = 1.6;
  c.font = `600 11px ${colours.sans}`;
  arrows.forEach((a, n) => {
    let from = { x: Math.max(gutter() + 40, earliest - 54), y: middle, value: /^read (\S+)$/.exec(a.text ?? '')?.[1] ?? 'before' };
    if (a.from >= 0 && (toX(ops.end[a.from]) > gutter() || Number.isNaN(middle))) {
      from = { x: Math.min(toX(lanes.end[lanes.place[a.from]]), to[n].x - 14), y: toY(lanes.laneOf[a.from]) + size.lane / 2 };
    }
    const bend = Math.max(20, (to[n].x - from.x) / 2), colour = colours.ink;
    c.strokeStyle = colour;
    c.setLineDash(a.relation === 'misses' ? [6, 4] : a.relation === 'excludes' ? [2, 4] : []);
    c.beginPath();
    c.moveTo(from.x, from.y);
    c.bezierCurveTo(from.x + bend, from.y, to[n].x - bend, to[n].y, to[n].x - 2, to[n].y);
    c.stroke();
    c.setLineDash([]);
    arrowHead(c, to[n].x, to[n].y, 0, colour, 8);
    if (from.value) origin(c, from);
    else {
      c.beginPath();
      c.arc(from.x, from.y, 4, 0, 7);
      c.fillStyle = colour;
      c.fill();
    }
    tag(c, a.text ?? '', (from.x + to[n].x) / 2, (from.y + to[n].y) / 2 + (to[n].y >= from.y ? 9 : -9));
  });
}

/** callout names an anomaly that is too small to be drawn at this distance. */
function callout(c, x) {
  const [i] = evidenceOf(seen.anomaly), l = lanes.laneOf[i], text = facts.anomalies[seen.anomaly].name;
  c.font = `600 11px ${colours.sans}`;
  const w = c.measureText(text).width + 16, left = clamp(x - w / 2, gutter() + 2, size.width - w - 16), below = l + 1 < lanes.n || size.lane < 16;
  const y = toY(l) + (below ? size.lane + 12 : -12);
  c.fillStyle = colours.anomaly;
  c.beginPath();
  c.roundRect(left, y - 9, w, 18, 9);
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
