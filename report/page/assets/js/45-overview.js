// The strip above the lanes: how much went on, where it went wrong, and a window that can be dragged.

const overviewHeight = 46;
let density = null; // of each outcome, by column
let densityWidth = 0;

function measureDensity() {
  densityWidth = Math.max(1, Math.floor(plotWidth()));
  density = [OK, FAILED, UNKNOWN].map(() => new Float64Array(densityWidth));
  const per = densityWidth / (extent.to - extent.from);
  for (let p = 0; p < ops.n; p++) {
    if (!lanes.shown[p]) continue;
    const i = lanes.op[p], x = Math.min(densityWidth - 1, Math.floor((lanes.call[p] - extent.from) * per));
    density[ops.flags[i] & 3][x]++;
  }
}

const overviewX = (t) => gutter() + (t - extent.from) / (extent.to - extent.from) * plotWidth();
const overviewTime = (x) => extent.from + (x - gutter()) / plotWidth() * (extent.to - extent.from);

let overviewCache = null;

/** forgetOverview has the strip drawn anew, as after a filter. */
function forgetOverview() {
  density = null;
  overviewCache = null;
}

function drawDensity(width, height) {
  if (!density || densityWidth !== Math.max(1, Math.floor(plotWidth()))) measureDensity();
  const canvas = new OffscreenCanvas(width, height), c = canvas.getContext('2d');
  c.setTransform(size.scale, 0, 0, size.scale, 0, 0);
  let most = 1;
  for (let x = 0; x < densityWidth; x++) most = Math.max(most, density[0][x] + density[1][x] + density[2][x]);
  const room = overviewHeight - 12;
  for (let x = 0; x < densityWidth; x++) {
    let y = overviewHeight - 2;
    for (const outcome of [OK, FAILED, UNKNOWN]) {
      const n = density[outcome][x];
      if (!n) continue;
      const h = Math.max(outcome === OK ? 1 : 2, n / most * room);
      c.fillStyle = colours.outcome[outcome];
      c.globalAlpha = outcome === OK ? 0.55 : 1;
      c.fillRect(gutter() + x, y - h, 1, h);
      y -= h;
    }
  }
  c.globalAlpha = 1;
  facts.anomalies.forEach((_, n) => {
    const [i] = evidenceOf(n);
    if (i === undefined || i >= ops.n) return;
    const x = overviewX(ops.call[i]);
    c.fillStyle = colours.anomaly;
    c.beginPath();
    c.moveTo(x - 5, 1);
    c.lineTo(x + 5, 1);
    c.lineTo(x, 9);
    c.fill();
    c.fillRect(x - 0.75, 7, 1.5, overviewHeight);
  });
  return canvas;
}

function paintOverview() {
  const canvas = $('overview'), c = canvas.getContext('2d');
  if (!overviewCache || overviewCache.width !== canvas.width) overviewCache = drawDensity(canvas.width, canvas.height);
  c.setTransform(1, 0, 0, 1, 0, 0);
  c.clearRect(0, 0, canvas.width, canvas.height);
  c.drawImage(overviewCache, 0, 0);
  c.setTransform(size.scale, 0, 0, size.scale, 0, 0);
  c.font = `12px ${colours.sans}`;
  c.fillStyle = colours.soft;
  c.textBaseline = 'middle';
  c.fillText('all', 12, overviewHeight / 2);
  const from = clamp(overviewX(view.from), gutter(), size.width), to = clamp(overviewX(view.to), gutter(), size.width - 14);
  c.fillStyle = colours.card;
  c.globalAlpha = 0.62;
  c.fillRect(gutter(), 0, from - gutter(), overviewHeight);
  c.fillRect(to, 0, size.width - to, overviewHeight);
  c.globalAlpha = 1;
  c.strokeStyle = colours.ink;
  c.lineWidth = 1.5;
  c.strokeRect(from, 1, Math.max(3, to - from), overviewHeight - 2);
}

function overviewPointer() {
  const canvas = $('overview');
  let grip = null;
  canvas.addEventListener('pointerdown', (e) => {
    canvas.setPointerCapture(e.pointerId);
    const t = overviewTime(e.offsetX);
    grip = t >= view.from && t <= view.to ? t - view.from : (view.to - view.from) / 2;
    move(e);
  });
  const move = (e) => {
    if (grip === null) return;
    cancelAnimationFrame(gliding);
    const from = overviewTime(e.offsetX) - grip;
    look(from, from + view.to - view.from);
  };
  canvas.addEventListener('pointermove', move);
  for (const end of ['pointerup', 'pointercancel']) canvas.addEventListener(end, () => { grip = null; });
  canvas.addEventListener('wheel', (e) => { e.preventDefault(); zoom(1.002 ** e.deltaY, overviewTime(e.offsetX)); }, { passive: false });
}
