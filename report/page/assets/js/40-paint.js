// One frame of the timeline.

const depth = 48; // shades of how busy a lane was
let shades = null; // of each outcome, bright and dim: colours of pixels
let image = null, pixels = null;

/** mixShades makes the colours of pixels, so that a frame only looks them up. */
function mixShades() {
  const card = rgb(colours.card);
  const mix = (colour, share) => {
    const c = rgb(colour), at = (i) => Math.round(card[i] + (c[i] - card[i]) * share);
    return (255 << 24 | at(2) << 16 | at(1) << 8 | at(0)) >>> 0;
  };
  shades = [1, 0.42].map((strength) => colours.outcome.map((colour) =>
    Uint32Array.from({ length: depth + 1 }, (_, i) => mix(colour, i === 0 ? 0 : (0.22 + 0.78 * i / depth) * strength))));
  shades.card = mix(colours.card, 1);
}

/** drawn is what the last frame has of the anomaly: how many arrows, where a flag on the ruler stands for it, and whether all else is
 * dimmed. */
const drawn = { arrows: 0, flag: null, dim: false };

const dimmed = () => drawn.dim;

function paint() {
  const canvas = $('lanes'), c = canvas.getContext('2d', { alpha: false });
  if (!shades || !ops.n || !canvas.width || !canvas.height) return;
  if (!image || image.width !== canvas.width || image.height !== canvas.height) {
    image = new ImageData(canvas.width, canvas.height);
    pixels = new Uint32Array(image.data.buffer);
  }
  const first = Math.max(0, toLane(axisHeight)), last = Math.min(lanes.n - 1, toLane(size.height));
  pixels.fill(shades.card);
  const near = [], far = []; // lanes whose operations are drawn one by one, and others
  for (let l = first; l <= last; l++) {
    const low = lanes.start[l], high = lanes.start[l + 1];
    const from = after(lanes.end, view.from, low, high), to = after(lanes.call, view.to, from, high);
    if (to - from <= plotWidth() / 4) near.push([l, from, to]);
    else far.push([l, from, to, low, high]);
  }
  Object.assign(drawn, { arrows: 0, flag: flagAt(), dim: seen.dim && seen.anomaly >= 0 && (near.length > far.length || anomalyIsWide()) });
  for (const lane of far) paintFar(...lane);
  c.putImageData(image, 0, 0);
  c.setTransform(size.scale, 0, 0, size.scale, 0, 0);
  paintGrid(c, first, last);
  c.save();
  c.beginPath();
  c.rect(gutter(), axisHeight, plotWidth(), size.height);
  c.clip();
  for (const [l, from, to] of near) paintNear(c, l, from, to);
  paintLit(c);
  if (seen.order) paintOrder(c);
  c.restore();
  if (drawn.flag !== null) flag(c, drawn.flag);
  paintNames(c, first, last);
  paintOverview();
}

/** paintFar draws a lane whose operations are too many: each column of pixels is as dark as the lane was busy, and what failed or
 * is unknown shows in a strip below, be it ever so rare. */
function paintFar(l, from, to, low, high) {
  const { scale } = size, { call, failed, unknown, count: shownBefore } = lanes;
  const step = lanes.n > 40 ? 2 : 1, left = Math.round(gutter() * scale), width = Math.round(plotWidth() * scale);
  const perPixel = (view.to - view.from) / width, most = image.width;
  const guess = Math.max(1, Math.round((to - from) / width * step));
  const palette = shades[dimmed() ? 1 : 0];
  const top = Math.max(axisHeight * scale, Math.round((toY(l) + pad()) * scale));
  const bottom = Math.min(image.height, Math.round((toY(l) + size.lane - pad()) * scale));
  const strip = Math.max(top, bottom - Math.max(2, Math.round((bottom - top) / 4)));
  if (bottom <= top) return;
  let p = after(call, view.from, low, high), before = busyBefore(p, low, view.from), at = p;
  for (let x = 0; x < width; x += step) {
    const t = view.from + (x + step) * perPixel;
    p = afterNear(call, t, p, high, guess);
    const busy = busyBefore(p, low, t), share = Math.min(1, (busy - before) / (perPixel * step));
    before = busy;
    const some = shownBefore[p] > shownBefore[at] || share > 0;
    const shade = some ? Math.max(1, Math.round(share * depth)) : 0;
    const worst = unknown[p] > unknown[at] ? UNKNOWN : failed[p] > failed[at] ? FAILED : OK;
    at = p;
    for (let s = 0; s < step && x + s < width; s++) {
      const column = left + x + s;
      pixels[top * most + column] = palette[OK][shade];
      if (worst !== OK) pixels[strip * most + column] = palette[worst][depth];
      else pixels[strip * most + column] = palette[OK][shade];
    }
  }
  copyDown(top, strip, left, width);
  copyDown(strip, bottom, left, width);
}

/** copyDown repeats a row of pixels. */
function copyDown(row, end, left, width) {
  const most = image.width, from = row * most + left;
  for (let y = row + 1; y < end; y++) pixels.copyWithin(y * most + left, from, from + width);
}

const pad = () => size.lane >= 22 ? 4 : size.lane >= 12 ? 2 : 1;

function paintNear(c, l, from, to) {
  const dim = dimmed();
  c.globalAlpha = dim ? 0.38 : 1;
  for (let p = from; p < to; p++) if (lanes.shown[p]) bar(c, l, p, !dim);
  c.globalAlpha = 1;
}

/** box is where an operation is drawn. */
function box(l, p) {
  const x = toX(lanes.call[p]), right = toX(lanes.end[p]);
  const inset = pad() + (ops.readOnly(lanes.op[p]) && size.lane >= 16 ? 3 : 0);
  const x0 = Math.max(x, gutter() - 20), x1 = Math.min(right, size.width + 20);
  return { x: x0, y: toY(l) + inset, w: Math.max(1.2, x1 - x0 - (x1 - x0 > 4 ? 0.75 : 0)), h: size.lane - 2 * inset };
}

/** bar draws one operation, told apart by shape as well: solid is ok, hatched in an outline failed, fading away unknown. */
function bar(c, l, p, labelled, lit) {
  const i = lanes.op[p], outcome = ops.outcome(i), b = box(l, p), colour = colours.outcome[outcome];
  const r = Math.min(3, b.w / 3, b.h / 3);
  if (b.w < 5) {
    c.fillStyle = lit ?? colour;
    c.fillRect(b.x, outcome === FAILED ? b.y + b.h / 3 : b.y, b.w, outcome === FAILED ? b.h / 1.5 : b.h);
    return;
  }
  c.beginPath();
  if (outcome === UNKNOWN) c.rect(b.x, b.y, b.w, b.h);
  else c.roundRect(b.x, b.y, b.w, b.h, r);
  if (outcome === OK) c.fillStyle = lit ?? colour;
  else if (outcome === FAILED) c.fillStyle = hatch(c, colour);
  else {
    const fade = c.createLinearGradient(b.x, 0, b.x + b.w, 0);
    fade.addColorStop(0, colour);
    fade.addColorStop(1, `${colour}10`);
    c.fillStyle = fade;
  }
  c.fill();
  if (outcome === FAILED) {
    c.strokeStyle = colour;
    c.lineWidth = 1;
    c.stroke();
  } else if (outcome === UNKNOWN) {
    c.fillStyle = colour;
    c.fillRect(b.x, b.y, 2, b.h);
    if (ops.end[i] === Infinity) arrowHead(c, b.x + b.w - 1, b.y + b.h / 2, 0, colour);
  }
  if (labelled) label(c, i, b, outcome === OK ? colours.card : colours.ink);
}

const hatches = new Map();
function hatch(c, colour) {
  if (!hatches.has(colour)) {
    const tile = new OffscreenCanvas(6, 6), t = tile.getContext('2d');
    t.strokeStyle = colour;
    t.lineWidth = 1.4;
    for (const d of [-6, 0, 6]) { t.moveTo(d, 6); t.lineTo(d + 6, 0); }
    t.stroke();
    hatches.set(colour, c.createPattern(tile, 'repeat'));
  }
  return hatches.get(colour);
}

/** label writes as much of an operation's text into its bar as fits; letters are all as wide. */
function label(c, i, b, colour, lost) {
  if (b.h < 12 || b.w < 44) return;
  const px = clamp(b.h - 8, 9, 12);
  c.font = `${px}px ${colours.mono}`;
  const x = Math.max(b.x + 6, gutter() + 6), fits = Math.floor((Math.min(b.x + b.w, size.width - 14) - x - 6) / (px * 0.602));
  if (fits < 4) return;
  const text = textNow(i);
  c.fillStyle = colour;
  c.textBaseline = 'middle';
  c.textAlign = 'left';
  const written = text.length > fits ? `${text.slice(0, fits - 1)}…` : text, y = b.y + b.h / 2 + 0.5;
  c.fillText(written, x, y);
  const answer = text.indexOf(' → ') + 3;
  if (!lost || answer < 3 || answer >= written.length) return;
  const before = c.measureText(written.slice(0, answer)).width;
  c.fillRect(x + before - 2, y - 1, c.measureText(written).width - before + 4, 2);
}

function arrowHead(c, x, y, angle, colour, length = 7) {
  c.save();
  c.translate(x, y);
  c.rotate(angle);
  c.beginPath();
  c.moveTo(0, 0);
  c.lineTo(-length, -length * 0.5);
  c.lineTo(-length, length * 0.5);
  c.closePath();
  c.fillStyle = colour;
  c.fill();
  c.restore();
}
