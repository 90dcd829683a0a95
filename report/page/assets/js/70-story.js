// The picture of one anomaly: only the operations that raced, on their clients' lanes, and who read what.

const storyWidth = 1120, storyGutter = 190, storyLane = 86, storyTop = 34;

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
  for (const o of all) o.steps = (facts.steps ?? []).filter((s) => s.client === o.client && s.at >= o.call && s.at <= o.end).slice(0, 8);
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

const letterWidth = 8.45; // px of the story's letters, which are all as wide

/** place gives each operation its row, its bar and where its words go, so that words meet neither bars nor each other. */
function placeStory(all, clients, marked) {
  const left = storyGutter + (marked ? 132 : 24), right = storyWidth - (all.some((o) => o.end === Infinity) ? 84 : 32);
  const at = spread(all.flatMap((o) => [o.call, ...o.end === Infinity ? [] : [o.end], ...o.steps.map((s) => s.at)]), left, right);
  const besides = (o) => String(o.i).length + 2 + (o.overwritten ? 18 + String(o.overwritten.to).length : 0);
  const width = (o) => (o.text.length + besides(o)) * letterWidth;
  // All moments move to the left alike, so that the words of the last operation have room.
  const share = Math.max(0.3, Math.min(1, ...all.filter((o) => at.get(o.call) > left).map((o) => (right - width(o) - left) / (at.get(o.call) - left))));
  const ends = new Map();
  for (const o of all) {
    o.x = left + (at.get(o.call) - left) * share;
    o.right = o.end === Infinity ? right : Math.max(o.x + 8, left + (at.get(o.end) - left) * share);
    o.y = storyTop + clients.indexOf(o.client) * storyLane + 24;
    o.words = worded(o.text, (storyWidth - 28 - o.x) / letterWidth - besides(o));
    o.ticks = o.steps.map((s) => ({ x: left + (at.get(s.at) - left) * share, name: s.name }));
    o.below = o.x < (ends.get(o.client) ?? -1);
    if (!o.below) ends.set(o.client, o.x + (o.words.letters + besides(o)) * letterWidth);
  }
}

const fewestLetters = 24; // that are left of what was asked and answered, even where there is no room for them

/** worded gives what was asked and answered, short enough for so many letters; a tip and the table of operations have all of it. */
function worded(text, letters) {
  const [asked, ...rest] = text.split(' → '), answered = rest.join(' → ');
  const room = Math.max(fewestLetters, Math.floor(letters));
  if (text.length <= room || !answered) return { asked: shortened(asked, room), answered, letters: Math.min(room, text.length) };
  // Whichever is short is told as a whole, and leaves its room to the other.
  const both = room - ' → '.length, half = Math.floor(both / 2);
  const forAsked = Math.max(half, both - answered.length), forAnswered = Math.max(both - half, both - asked.length);
  return { asked: shortened(asked, forAsked), answered: shortened(answered, forAnswered), letters: room };
}

/** shortened leaves out the end of a text for which there is no room, and cuts no letter in two. */
function shortened(text, letters) {
  if (text.length <= letters) return text;
  return `${text.slice(0, letters - 2).replace(/[\ud800-\udbff]$/, '').trimEnd()} …`;
}

/** dressed puts what is known of an operation beside it: whether it proves the anomaly, and who overwrote it. */
function dressed(all, anomaly, arrows) {
  for (const o of all) {
    o.context = !anomaly.ops?.includes(o.i);
    o.overwritten = arrows.find((a) => a.relation === 'overwrites' && a.from === o.i);
  }
}

async function story(n, into) {
  const all = await storyOps(n), anomaly = facts.anomalies[n];
  if (!all.length || all.length > 12) { into.replaceChildren(); return; }
  const clients = [...new Set(all.map((o) => o.client))], known = new Map(all.map((o) => [o.i, o]));
  const arrows = arrowsOf(n).filter((a) => known.has(a.to));
  dressed(all, anomaly, arrows);
  placeStory(all, clients, arrows.some((a) => !known.has(a.from)));
  const height = storyTop + clients.length * storyLane + 22;
  const picture = svg('svg', { viewBox: `0 0 ${storyWidth} ${height}`, role: 'img', 'aria-label': anomaly.message });
  clients.forEach((c, row) => {
    const y = storyTop + row * storyLane + 37, last = all.some((o) => o.client === c && o.final);
    picture.append(svg('line', { x1: storyGutter - 50, x2: storyWidth - 24, y1: y, y2: y, class: 'lane' }),
      svg('text', { x: 28, y: y + 5, class: 'client' }, last ? 'at the end' : `client ${c}`));
  });
  for (const o of all) picture.append(storyBar(o));
  storyArrows(picture, arrows, known);
  picture.append(svg('text', { x: storyWidth - 28, y: height - 14, class: 'scale' }, scaleWords(all)));
  into.replaceChildren(picture);
}

function scaleWords(all) {
  const ends = all.map((o) => o.end).filter((e) => e !== Infinity), from = all[0].call, to = Math.max(...ends, from);
  if (facts.untimed) return 'in order of events';
  return `from ${time(from, Math.max(1, to - from) / 100)}, within ${duration(to - from)}; gaps are not to scale →`;
}

/** storyBar draws an operation with what was asked and answered. */
function storyBar(o) {
  const { asked, answered } = o.words;
  const g = svg('g', { class: `bar ${outcomes[o.outcome]}${o.context ? ' context' : ''}`, tabindex: 0, role: 'button', 'aria-label': `#${o.i} ${o.text}` });
  if (asked.endsWith('…') || answered.endsWith('…')) g.append(svg('title', {}, o.text));
  g.append(svg('rect', { x: o.x, y: o.y, width: o.right - o.x, height: 26, rx: 5 }));
  if (o.end === Infinity) g.append(svg('path', { d: `M${o.right + 4} ${o.y + 4}l12 9-12 9`, class: 'forever' }));
  const label = svg('text', { x: o.x, y: o.below ? o.y + (facts.steps?.length ? 57 : 44) : o.y - 9, class: 'asked' }, svg('tspan', { class: 'number' }, `#${o.i} `), asked);
  if (answered) label.append(svg('tspan', { class: 'to' }, ' → '), svg('tspan', { class: o.overwritten ? 'answer lost' : 'answer' }, answered));
  if (o.overwritten) label.append(svg('tspan', { class: 'gone' }, `  overwritten by #${o.overwritten.to}`));
  g.append(label);
  stepTicks(g, o);
  const go = () => { select(o.i, { look: true }); reveal(); };
  if (ops.n) { g.addEventListener('click', go); g.addEventListener('keydown', (e) => { if (e.key === 'Enter') go(); }); }
  return g;
}

/** stepTicks draws the steps of an operation, where they were written down, with as many of their names as have room. */
function stepTicks(g, o) {
  let free = -Infinity;
  for (const { x, name } of o.ticks) {
    g.append(svg('path', { class: 'step', d: `M${x} ${o.y + 2}v28` }));
    if (x < free) continue;
    g.append(svg('text', { class: 'step-name', x: x + 3, y: o.y + 40 }, name));
    free = x + name.length * 6.4 + 10;
  }
}

/** storyArrows draws how operations bear on each other. Those that read one thing have arrows from one point. */
function storyArrows(picture, arrows, known) {
  const origins = new Map(), turns = new Map();
  for (const a of arrows) {
    const end = known.get(a.to), from = known.get(a.from);
    if (a.relation === 'overwrites') continue; // is told beside what was overwritten
    if (a.relation === 'excludes' && from) { tie(picture, from, end, a.text ?? ''); continue; }
    const key = from ? a.from : `earlier ${a.text}`;
    if (!origins.has(key)) {
      const mine = arrows.filter((b) => b.relation === a.relation && (known.has(b.from) ? b.from : `earlier ${b.text}`) === key).map((b) => known.get(b.to));
      origins.set(key, from ? { x: from.right, y: from.y + 13 } : marker(picture, a, mine.reduce((sum, o) => sum + o.y + 13, 0) / mine.length));
    }
    const start = origins.get(key), turn = turns.get(a.to) ?? 0;
    turns.set(a.to, turn + 1);
    const between = Math.abs(start.y - end.y - 13) < 12 && [...known.values()].some((o) => o.y === end.y && o.x > start.x && o.x < end.x);
    curve(picture, start, { x: end.x, y: end.y + 13 }, a, turn, between);
  }
}

/** curve draws an arrow; one for what was missed is broken, and crossed out. Along a lane in which something lies between, it goes
 * below that. The words of several that end at one operation are at different parts of them. */
function curve(picture, from, to, a, turn, between) {
  const bend = Math.max(28, Math.abs(to.x - from.x) * 0.45), missed = a.relation === 'misses', down = between ? 46 : 0;
  const end = { x: to.x - (down ? 3 : 9), y: to.y + (down ? 16 : 0) };
  const points = down ? [from, { x: from.x + 30, y: from.y + down }, { x: to.x - 40, y: to.y + down }, end]
    : [from, { x: from.x + bend, y: from.y }, { x: to.x - bend, y: to.y }, end];
  const [p0, p1, p2, p3] = points.map((p) => `${p.x} ${p.y}`);
  picture.append(svg('path', { class: missed ? 'arrow missed' : 'arrow', d: `M${p0}C${p1} ${p2} ${p3}` }),
    svg('path', { class: 'head', d: `M${to.x - 1} ${to.y}l-11 -5.5v11z`, transform: down ? `translate(3 15) rotate(-40 ${to.x} ${to.y})` : '' }));
  const at = along(points, turn ? 0.34 : 0.55), level = Math.abs(to.y - from.y) <= 12 && !down;
  if (missed) {
    picture.append(svg('path', { class: 'cross', d: `M${at.x - 7} ${at.y - 7}l14 14m0 -14l-14 14` }));
    return besideLine(picture, a.text ?? '', at, level, to.y >= from.y);
  }
  // In a gap that is too short for it, the arrow has to do.
  if (!level || (a.text ?? '').length * 7.3 + 24 < to.x - from.x) words(picture, a.text ?? '', at.x, at.y - (level ? 13 : 0));
}

/** besideLine writes next to a cross, where no line is cut: under a level one and its bars, or on the free side of one that falls or rises. */
function besideLine(picture, text, at, level, falls) {
  const where = level ? { class: 'read', x: at.x, y: at.y + 30 } : { class: 'read start', x: at.x + 14, y: at.y + (falls ? -4 : 16) };
  picture.append(svg('text', where, text));
}

/** along gives a point of a curve. */
function along([a, b, c, d], t) {
  const u = 1 - t, at = (k) => u * u * u * a[k] + 3 * u * u * t * b[k] + 3 * u * t * t * c[k] + t * t * t * d[k];
  return { x: at('x'), y: at('y') };
}

/** words writes on a plate that hides the arrow below. */
function words(picture, text, x, y) {
  if (!text) return;
  const w = text.length * 7.3 + 8;
  picture.append(svg('rect', { class: 'plate', x: x - w / 2, y: y - 8, width: w, height: 16 }), svg('text', { class: 'read', x, y: y + 4.5 }, text));
}

/** tie joins two of which not both should be. */
function tie(picture, a, b, text) {
  const x = Math.min(Math.max(a.x, b.x) + 14, Math.min(a.right, b.right)), y1 = Math.min(a.y, b.y) + 26, y2 = Math.max(a.y, b.y);
  if (a.y === b.y) return words(picture, text, (a.x + b.x) / 2, a.y + 44);
  picture.append(svg('path', { class: 'arrow tied', d: `M${x} ${y1}V${y2}` }), svg('text', { class: 'read start', x: x + 10, y: (y1 + y2) / 2 + 16 }, text));
}

/** marker draws what was there before, from which arrows begin. */
function marker(picture, a, y) {
  const value = a.relation === 'reads' ? /^read (.+)$/.exec(a.text ?? '')?.[1] ?? 'before' : 'before';
  const w = Math.max(52, value.length * letterWidth + 24), x = storyGutter - 40;
  picture.append(svg('g', { class: 'origin' }, svg('rect', { x, y: y - 16, width: w, height: 32, rx: 16 }),
    svg('text', { x: x + w / 2, y: y + 5 }, value), svg('title', {}, a.from >= 0 ? `what #${a.from} left` : 'what was there before')));
  return { x: x + w, y };
}
