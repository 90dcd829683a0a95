// The picture of one anomaly: only the operations that raced, on their clients' lanes, and who read what.

const storyWidth = 1120, storyGutter = 190, storyLane = 74, storyTop = 40;

/** storyOps gives the operations of an anomaly, from the timeline or, without one, from the evidence. */
async function storyOps(n) {
  const all = [];
  for (const i of evidenceOf(n).slice(0, 14)) {
    if (ops.n) {
      const { told } = await textOf(i);
      all.push({ i, client: ops.client[i], call: ops.call[i], end: ops.end[i], outcome: ops.outcome(i), final: ops.phase(i) === 2, text: told });
      continue;
    }
    const e = facts.evidence?.find((v) => v.op === i);
    if (e) all.push({ i, client: e.client, call: e.call, end: e.return || Infinity, outcome: outcomes.indexOf(e.outcome), final: !!e.final, text: e.text });
  }
  return all.sort((a, b) => a.call - b.call);
}

/** spread places moments so that short gaps can be seen and long ones do not fill the picture: gaps go by a root of their length. */
function spread(moments, from, to) {
  const all = [...new Set(moments)].sort((a, b) => a - b);
  const gaps = all.slice(1).map((t, i) => Math.max(1, t - all[i]) ** 0.32);
  const least = Math.max(...gaps, 1) * 0.34, wide = gaps.map((g) => Math.max(g, least));
  const total = wide.reduce((s, g) => s + g, 0) || 1;
  let x = from;
  const at = new Map([[all[0], from]]);
  wide.forEach((g, i) => { x += g / total * (to - from); at.set(all[i + 1], x); });
  return at;
}

/** overwritten gives the client whose write was lost, where the explanation says it. */
function overwritten(anomaly) {
  const said = /overwrote client (-?\d+)'s/.exec(anomaly.message);
  return said ? Number(said[1]) : null;
}

async function story(n, into) {
  const all = await storyOps(n), anomaly = facts.anomalies[n];
  if (!all.length || all.length > 12) { into.replaceChildren(); return; }
  const clients = [...new Set(all.map((o) => o.client))], arrows = arrowsOf(n).filter((a) => all.some((o) => o.i === a.to));
  const height = storyTop + clients.length * storyLane + 30;
  const moments = all.flatMap((o) => o.end === Infinity ? [o.call] : [o.call, o.end]);
  const at = spread(moments, storyGutter + (arrows.length ? 116 : 24), storyWidth - (all.some((o) => o.end === Infinity) ? 150 : 40));
  const picture = svg('svg', { viewBox: `0 0 ${storyWidth} ${height}`, role: 'img', 'aria-label': anomaly.message });
  clients.forEach((c, row) => {
    const y = storyTop + row * storyLane, last = all.some((o) => o.client === c && o.final);
    picture.append(svg('line', { x1: storyGutter - 20, x2: storyWidth - 24, y1: y + 46, y2: y + 46, class: 'lane' }),
      svg('text', { x: 28, y: y + 51, class: 'client' }, last ? 'at the end' : `client ${c}`));
  });
  const lost = overwritten(anomaly), boxes = new Map();
  for (const o of all) {
    const y = storyTop + clients.indexOf(o.client) * storyLane + 34, x = at.get(o.call);
    const right = o.end === Infinity ? storyWidth - 60 : at.get(o.end);
    boxes.set(o.i, { x, y: y + 12, right });
    picture.append(storyBar(o, x, y, right, lost === o.client && arrows.some((a) => a.to === o.i)));
  }
  storyArrows(picture, arrows, boxes);
  picture.append(svg('text', { x: storyWidth - 28, y: height - 12, class: 'scale' }, scaleWords(all)));
  into.replaceChildren(picture);
}

function scaleWords(all) {
  const ends = all.map((o) => o.end).filter((e) => e !== Infinity), from = all[0].call, to = Math.max(...ends, from);
  if (facts.untimed) return 'in order of events';
  return `from ${time(from, Math.max(1, to - from) / 100)}, within ${duration(to - from)}; gaps are not to scale →`;
}

/** storyBar draws an operation with what was asked above and what was answered at its end. */
function storyBar(o, x, y, right, lost) {
  const [asked, ...rest] = o.text.split(' → '), answered = rest.join(' → ');
  const w = Math.max(6, right - x), toEnd = x > storyWidth * 0.62;
  const g = svg('g', { class: `bar ${outcomes[o.outcome]}`, tabindex: 0, role: 'button', 'aria-label': `#${o.i} ${o.text}` });
  g.append(svg('rect', { x, y, width: w, height: 24, rx: 5 }));
  if (o.end === Infinity) g.append(svg('path', { d: `M${right} ${y + 4}l12 8-12 8` , class: 'forever' }));
  const label = svg('text', { x: toEnd ? right : x, y: y - 8, class: toEnd ? 'asked end' : 'asked' }, svg('tspan', { class: 'number' }, `#${o.i} `), asked);
  if (answered) label.append(svg('tspan', { class: 'to' }, ' → '), svg('tspan', { class: lost ? 'answer lost' : 'answer' }, answered));
  if (lost) label.append(svg('tspan', { class: 'gone' }, '  overwritten'));
  g.append(label);
  const go = () => { select(o.i, { look: true }); $('timeline')?.scrollIntoView({ block: 'start' }); };
  if (ops.n) { g.addEventListener('click', go); g.addEventListener('keydown', (e) => { if (e.key === 'Enter') go(); }); }
  return g;
}

/** storyArrows draws who read what: arrows from one read to all that built on it. */
function storyArrows(picture, arrows, boxes) {
  if (!arrows.length) return;
  const to = arrows.map((a) => boxes.get(a.to));
  const origins = new Map(); // by what they begin at
  arrows.forEach((a, n) => {
    const known = boxes.get(a.from), key = known ? a.from : `before ${a.text}`;
    if (!origins.has(key)) {
      const mine = arrows.filter((b) => (boxes.has(b.from) ? b.from : `before ${b.text}`) === key).map((b) => boxes.get(b.to));
      const y = mine.reduce((s, b) => s + b.y, 0) / mine.length;
      const value = /\S+$/.exec(a.text ?? '')?.[0] ?? '';
      origins.set(key, known && known.right < Math.min(...mine.map((b) => b.x)) ? { x: known.right, y: known.y } : marker(picture, value, a.from, y));
    }
    const from = origins.get(key), end = to[n], bend = Math.max(34, (end.x - from.x) * 0.5);
    picture.append(svg('path', { class: 'arrow', d: `M${from.x} ${from.y}C${from.x + bend} ${from.y} ${end.x - bend} ${end.y} ${end.x - 9} ${end.y}` }),
      svg('path', { class: 'head', d: `M${end.x - 1} ${end.y}l-11 -5.5v11z` }),
      svg('text', { class: 'read', x: (from.x + end.x) / 2 + 4, y: (from.y + end.y) / 2 + (end.y > from.y + 4 ? 18 : end.y < from.y - 4 ? -10 : -8) }, a.text ?? ''));
  });
}

/** marker draws the value that was there before, from which arrows begin. */
function marker(picture, value, from, y) {
  const w = Math.max(46, value.length * 9 + 22), x = storyGutter - 14;
  picture.append(svg('g', { class: 'origin' }, svg('rect', { x: x - 8, y: y - 15, width: w, height: 30, rx: 15 }),
    svg('text', { x: x - 8 + w / 2, y: y + 5 }, value || 'before'), svg('title', {}, from >= 0 ? `#${from} wrote ${value}` : 'what was there before')));
  return { x: x - 8 + w, y };
}
