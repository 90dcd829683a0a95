// What lies over and about the lanes: ruler, names, the anomaly, its arrows, an order of operations.

/** steps gives moments for the ruler: 1, 2 or 5 times a power of ten apart. */
function marks(from, to, width) {
  const raw = (to - from) / Math.max(1, width / rulerGap / 1.6), power = 10 ** Math.floor(Math.log10(raw));
  const step = Math.max(facts.untimed ? 1 : 1e-3, power * [1, 2, 5, 10].find((m) => m * power >= raw));
  const all = [];
  for (let t = Math.ceil(from / step) * step; t <= to; t += step) all.push(Math.abs(t) < step / 1e6 ? 0 : t);
  return { all, step };
}

const flagRoom = 76; // px about a flag on the ruler in which there are no times

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
    if (drawn.flag !== null && Math.abs(x + 20 - drawn.flag) < flagRoom) continue;
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
  const lost = arrowsOf(seen.anomaly).some((a) => a.relation === 'overwrites' && a.from === i);
  label(c, i, b, ops.outcome(i) === OK ? colours.card : colours.ink, lost);
}
